import type { AccountsContext } from './context.ts';
import { accountErrors, suspendedAccount } from './errors.ts';
import { issueTokens, REFRESH_GRACE_MS, refreshExpiry, revokeSession } from './session-life.ts';
import type { RefreshTokenRow, SessionRow } from './session-store.ts';
import type { SessionTokens } from './types.ts';

/**
 * Trades a refresh token for a new pair; it works once. A second use ends the session with all its tokens, since one of
 * the two users is a thief. But within 10 s the very token that was used last gets the same successor again, as long as
 * that is unused: then the first reply was most likely lost.
 */
export async function refresh(context: AccountsContext, token: string): Promise<SessionTokens> {
  const { refreshTokens, store, clock } = context;
  if (!refreshTokens.isToken(token)) throw deadToken();
  const row = await store.findRefreshToken(refreshTokens.hash(token));
  if (!row) throw deadToken();
  const session = await store.findSession(row.accountId, row.sessionId);
  const now = clock.now();
  if (!session || session.revokedAt !== null || session.expiresAt <= now) throw deadToken();
  if (session.accountStatus !== 'active') {
    throw suspendedAccount();
  }

  if (row.usedAt === null) {
    if (row.expiresAt <= now) throw deadToken();
    const successor = await rotate(context, row, session, token);
    if (successor) return issueTokens(context, session, successor);
  }
  const successor = await findUnusedSuccessor(context, row, token);
  if (successor) return issueTokens(context, session, successor);
  // Gone with its person: nobody has stolen anything.
  if (!(await store.findRefreshToken(row.hash))) throw deadToken();
  await revokeSession(context, row.accountId, row.sessionId, {
    action: 'session.reuse-detected',
    by: { kind: 'user', id: session.userId, name: session.email, sessionId: row.sessionId },
  });
  throw deadToken();
}

/** Undefined when another request used the token up in the meantime. */
async function rotate(
  context: AccountsContext,
  row: RefreshTokenRow,
  session: SessionRow,
  token: string,
): Promise<string | undefined> {
  const { store, refreshTokens } = context;
  const now = context.clock.now();
  const { accountId, sessionId } = row;
  const [successor] = refreshTokens.successors(token, sessionId);
  const written = await context.db.write([
    store.useRefreshToken(accountId, row.hash, now),
    store.touchLiveSession(accountId, sessionId, now),
    store.insertRefreshToken({
      hash: refreshTokens.hash(successor),
      sessionId,
      accountId,
      createdAt: now,
      expiresAt: refreshExpiry(now, session.createdAt),
    }),
  ]);
  return written.ok ? successor : undefined;
}

/** The successor of a token that was used up a moment ago, as long as nobody has used that one. */
async function findUnusedSuccessor(
  context: AccountsContext,
  row: RefreshTokenRow,
  token: string,
): Promise<string | undefined> {
  const { store, refreshTokens, clock } = context;
  const parent = await store.findRefreshToken(row.hash);
  const age = parent?.usedAt == null ? undefined : clock.now() - parent.usedAt;
  if (age === undefined || age > REFRESH_GRACE_MS) return undefined;
  for (const candidate of refreshTokens.successors(token, row.sessionId)) {
    const successor = await store.findRefreshToken(refreshTokens.hash(candidate));
    if (successor) return successor.usedAt === null ? candidate : undefined;
  }
  return undefined;
}

const deadToken = () => accountErrors.unauthorized('The refresh token is not valid any more. Sign in again.');
