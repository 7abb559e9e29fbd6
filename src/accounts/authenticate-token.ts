import type { AccessClaims, AccessTokens } from './access-tokens.ts';
import type { AccountsContext, CachedSession } from './context.ts';

import { COOKIE_RENEWAL_MS, COOKIE_SECONDS } from './cookie-life.ts';
import { accountErrors, deadToken, endedSession, suspendedAccount } from './errors.ts';
import { hashSecret } from './secret-text.ts';
import type { SessionCookie, UserPrincipal } from './types.ts';

/**
 * The person behind a good access token, with the role that the person has now; or throws `unauthorized`. The token's
 * session is looked at, at most a second old and never older than a logout in this process.
 */
export async function authenticateToken(
  context: AccountsContext,
  token: string | undefined,
): Promise<UserPrincipal> {
  if (token === undefined || token === '') {
    throw accountErrors.unauthorized(
      'No access token was sent. Sign in and send it as `Authorization: Bearer <access token>`.',
    );
  }
  const claims = await readClaims(context, token, 'access');
  if (!claims) throw deadToken();
  return readPrincipal(context, claims, deadToken);
}

/**
 * The person whose browser sent this cookie, with the same care as for an access token; or throws `unauthorized`.
 * `renewed`: the cookie to keep from now on.
 */
export async function authenticateCookie(
  context: AccountsContext,
  token: string,
): Promise<{ readonly principal: UserPrincipal; readonly renewed?: SessionCookie }> {
  const claims = await readClaims(context, token, 'cookie');
  if (!claims) throw endedSession();
  const principal = await readPrincipal(context, claims, endedSession);
  const madeAt = claims.expiresAt - COOKIE_SECONDS * 1_000;
  if (context.clock.now() - madeAt < COOKIE_RENEWAL_MS) return { principal };
  const { accountId, sessionId } = claims;
  await context.db.write([context.store.touchLiveSession(accountId, sessionId, context.clock.now())]);
  const renewed = { token: await context.cookieTokens.sign(claims), maxAgeSeconds: COOKIE_SECONDS };
  return { principal, renewed };
}

/** Undefined for what this server did not sign as a token of that kind, and for what is too old. */
async function readClaims(
  context: AccountsContext,
  token: string,
  kind: 'access' | 'cookie',
): Promise<AccessClaims | undefined> {
  const tokens: AccessTokens = kind === 'access' ? context.accessTokens : context.cookieTokens;
  const key = `${kind} ${hashSecret(token)}`;
  const claims = await context.tokenCache.getOrRead(key, () => tokens.verify(token));
  return claims && claims.expiresAt > context.clock.now() ? claims : undefined;
}

async function readPrincipal(
  context: AccountsContext,
  { accountId, userId, sessionId, expiresAt }: AccessClaims,
  dead: () => Error,
): Promise<UserPrincipal> {
  const session = await context.sessionCache.getOrRead(sessionId, () =>
    readSession(context, accountId, sessionId),
  );
  if (!session || session.expiresAt <= context.clock.now()) throw dead();
  const { principal } = session;
  if (principal.accountId !== accountId || principal.userId !== userId) throw dead();
  return { ...principal, expiresAt: Math.min(expiresAt, session.expiresAt) };
}

/** As the database has it now. Throws for an account that was suspended. */
export async function isSessionAlive(
  context: AccountsContext,
  accountId: string,
  sessionId: string,
): Promise<boolean> {
  const session = await readSession(context, accountId, sessionId);
  return session !== undefined && session.expiresAt > context.clock.now();
}

async function readSession(
  context: AccountsContext,
  accountId: string,
  sessionId: string,
): Promise<CachedSession | undefined> {
  const session = await context.store.findSession(accountId, sessionId);
  if (!session || session.revokedAt !== null) return undefined;
  if (session.accountStatus !== 'active') {
    throw suspendedAccount();
  }
  const { userId, email, role, isOperator, homeAccountId, expiresAt } = session;
  return {
    principal: { kind: 'user', accountId, userId, email, role, sessionId, isOperator, homeAccountId },
    expiresAt,
  };
}
