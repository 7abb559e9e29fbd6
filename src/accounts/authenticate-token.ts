import type { AccountsContext, CachedSession } from './context.ts';
import { accountErrors } from './errors.ts';
import { hashSecret } from './secret-text.ts';
import type { UserPrincipal } from './types.ts';

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
  const claims = await context.tokenCache.getOrRead(hashSecret(token), () =>
    context.accessTokens.verify(token),
  );
  if (!claims || claims.expiresAt <= context.clock.now()) throw deadToken();
  const { accountId, userId, sessionId } = claims;
  const session = await context.sessionCache.getOrRead(sessionId, () =>
    readSession(context, accountId, sessionId),
  );
  if (!session || session.expiresAt <= context.clock.now()) throw deadToken();
  const { principal } = session;
  if (principal.accountId !== accountId || principal.userId !== userId) throw deadToken();
  return principal;
}

async function readSession(
  context: AccountsContext,
  accountId: string,
  sessionId: string,
): Promise<CachedSession | undefined> {
  const session = await context.store.findSession(accountId, sessionId);
  if (!session || session.revokedAt !== null) return undefined;
  if (session.accountStatus !== 'active') {
    throw accountErrors.account_suspended("This account was suspended by the server's operator.");
  }
  const { userId, email, role, isOperator, expiresAt } = session;
  return { principal: { kind: 'user', accountId, userId, email, role, sessionId, isOperator }, expiresAt };
}

const deadToken = () =>
  accountErrors.unauthorized(
    'The access token is wrong, expired, or of a session that ended. Sign in again.',
  );
