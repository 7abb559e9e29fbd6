import type { AuditRecord } from '../audit/index.ts';
import type { Statement } from '../db/index.ts';
import { ACCESS_TOKEN_SECONDS } from './access-tokens.ts';
import { type AccountsContext, announce } from './context.ts';
import type { SessionTokens } from './types.ts';

const DAY_MS = 24 * 60 * 60_000;

/** A refresh token that is not used for so long is dead. */
const REFRESH_IDLE_MS = 7 * DAY_MS;
/** After so long one has to sign in again, however busy the session. */
const REFRESH_ABSOLUTE_MS = 30 * DAY_MS;
/** A session outlives its last refresh by one access token, so that no token dies before it says. */
export const SESSION_MS = REFRESH_ABSOLUTE_MS + ACCESS_TOKEN_SECONDS * 1_000;
/** For so long a refresh token that was just used up still gives its successor: the reply may have been lost. */
export const REFRESH_GRACE_MS = 10_000;

export function refreshExpiry(now: number, sessionCreatedAt: number): number {
  return Math.min(now + REFRESH_IDLE_MS, sessionCreatedAt + REFRESH_ABSOLUTE_MS);
}

export async function issueTokens(
  context: AccountsContext,
  session: { accountId: string; userId: string; sessionId: string },
  refreshToken: string,
): Promise<SessionTokens> {
  return {
    accessToken: await context.accessTokens.sign(session),
    tokenType: 'bearer',
    expiresInSeconds: ACCESS_TOKEN_SECONDS,
    refreshToken,
  };
}

/** Ends a session with all its tokens; in force when this resolves. Ending it twice is no error. */
export async function revokeSession(
  context: AccountsContext,
  accountId: string,
  sessionId: string,
  why: Pick<AuditRecord, 'action' | 'by'>,
): Promise<void> {
  await context.db.write([
    context.store.revokeSession(accountId, sessionId, context.clock.now()),
    context.audit.record({ accountId, ...why, object: { type: 'session', id: sessionId } }),
  ]);
  context.sessionCache.drop(({ principal }) => principal.sessionId === sessionId);
  announce(context, { kind: 'session', accountId, sessionId, why: 'revoked' });
}

/**
 * Writes a change of a user that ends the user's sessions (all but `exceptId`), in one batch with it. False when a guard
 * of `statements` refused; nothing changed then.
 */
export async function writeEndingSessions(
  context: AccountsContext,
  user: { accountId: string; id: string },
  statements: readonly Statement[],
  exceptId?: string,
): Promise<boolean> {
  const { accountId, id } = user;
  const { store, clock } = context;
  const live = await store.listLiveSessions(accountId, id, clock.now());
  const written = await context.db.write([
    ...statements,
    store.revokeSessionsOfUser(accountId, id, clock.now(), exceptId),
  ]);
  if (!written.ok) return false;
  context.sessionCache.drop(({ principal }) => principal.userId === id);
  for (const session of live) {
    if (session.sessionId !== exceptId) announce(context, { kind: 'session', ...session, why: 'revoked' });
  }
  return true;
}

/** Housekeeping: forgets sessions that ended more than a day ago. Returns how many. */
export async function deleteEndedSessions(context: AccountsContext): Promise<number> {
  const written = await context.db.write([context.store.deleteEndedSessions(context.clock.now() - DAY_MS)]);
  return written.ok ? (written.changes[0] ?? 0) : 0;
}
