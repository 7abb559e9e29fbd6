import type { Actor } from '../audit/index.ts';
import type { AccountsContext } from './context.ts';
import { COOKIE_SECONDS } from './cookie-life.ts';
import { accountErrors, suspendedAccount } from './errors.ts';
import { normalizeEmail } from './field-rules.ts';
import { MAX_PASSWORD_CHARS } from './password-rules.ts';
import { issueTokens, refreshExpiry, SESSION_MS } from './session-life.ts';
import type { SessionCookie, SessionTokens, User } from './types.ts';

/** Where a sign-in comes from: the client's address, and what it says that it is. */
export interface SignInPlace {
  readonly ip: string;
  readonly userAgent?: string | undefined;
  readonly requestId?: string | undefined;
}

/** Signs a person in with a new session, whose tokens the caller keeps. See openSession. */
export async function login(
  context: AccountsContext,
  email: string,
  password: string,
  from: SignInPlace,
): Promise<SessionTokens> {
  const { session, refreshToken } = await openSession(context, email, password, from);
  return issueTokens(context, session, refreshToken);
}

/** The same for a browser: what it keeps in its cookie. */
export async function loginWithCookie(
  context: AccountsContext,
  email: string,
  password: string,
  from: SignInPlace,
): Promise<SessionCookie> {
  const { session } = await openSession(context, email, password, from);
  return { token: await context.cookieTokens.sign(session), maxAgeSeconds: COOKIE_SECONDS };
}

/**
 * Opens a session. A wrong email, a wrong password and a user who has none yet get the same answer
 * after the same time. Throws `login_throttled` with the wait when this email fails too often from this address.
 */
async function openSession(
  context: AccountsContext,
  email: string,
  password: string,
  { ip, requestId, userAgent }: SignInPlace,
) {
  const normalEmail = normalizeEmail(email).slice(0, 254);
  const pair = `${ip} ${normalEmail}`;
  const { throttles, clock, store } = context;
  const checkThrottles = () => {
    const waitMs = Math.max(throttles.pair.waitMs(pair), throttles.address.waitMs(ip));
    if (waitMs > 0) throw throttled(waitMs);
  };
  checkThrottles();

  const found = await store.findCredentials(normalEmail);
  // A code point has at most two units; what is longer can be no password and is not worth hashing.
  const tooLong = password.length > 2 * MAX_PASSWORD_CHARS;
  const stored = tooLong ? undefined : found?.passwordHash;
  // Looked at again when its turn has come: guesses that were sent at once must not all pass before the first fails.
  const matches = await context.passwords.verify(stored, tooLong ? '' : password, checkThrottles);
  if (!found || !matches) {
    throttles.pair.fail(pair);
    throttles.address.fail(ip);
    if (found) noteFailure(context, found.user, { ip, requestId });
    throw wrongCredentials();
  }
  throttles.pair.succeed(pair);
  if (found.accountStatus !== 'active') {
    throw suspendedAccount();
  }

  const now = clock.now();
  const session = {
    accountId: found.user.accountId,
    userId: found.user.id,
    sessionId: context.ids.next('sess_'),
  };
  const { accountId, userId, sessionId } = session;
  const refreshToken = context.refreshTokens.first(context.randomBytes);
  const written = await context.db.write([
    store.requireUser(accountId, userId),
    store.insertSession({
      ...{ id: sessionId, accountId, userId, createdAt: now, expiresAt: now + SESSION_MS },
      ...{ ip, userAgent },
    }),
    store.insertRefreshToken({
      hash: context.refreshTokens.hash(refreshToken),
      sessionId,
      accountId,
      createdAt: now,
      expiresAt: refreshExpiry(now, now),
    }),
    context.audit.record({
      accountId,
      action: 'login.succeeded',
      by: { kind: 'user', id: userId, name: found.user.email, sessionId, ip, requestId },
      object: { type: 'session', id: sessionId },
    }),
  ]);
  // Deleted meanwhile, alone or with the account.
  if (!written.ok) throw wrongCredentials();
  return { session, refreshToken };
}

/** Beside the answer, not before it: it must take no longer than that to an email that nobody has. */
function noteFailure(context: AccountsContext, user: User, from: Pick<Actor, 'ip' | 'requestId'>): void {
  const { accountId, id, email } = user;
  const line = context.audit.record({
    accountId,
    action: 'login.failed',
    // Somebody who says so; nobody knows who it was.
    by: { kind: 'user', id, name: email, ...from },
    object: { type: 'user', id },
  });
  context.db
    .write([line], { ack: 'applied' })
    .catch((error: unknown) => context.log.warn({ err: error }, 'a failed sign-in was not noted'));
}

const wrongCredentials = () => accountErrors.invalid_credentials('The email or the password is wrong.');

function throttled(waitMs: number) {
  const seconds = Math.ceil(waitMs / 1_000);
  return accountErrors.login_throttled(
    `Too many failed sign-ins. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
    { retryAfterMs: waitMs },
  );
}
