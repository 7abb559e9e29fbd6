import type { Actor } from '../audit/index.ts';
import { commonErrors } from '../lib/errors.ts';
import { toActor } from './actor.ts';
import type { AccountsContext } from './context.ts';
import { revokeSession, writeEndingSessions } from './session-life.ts';
import type { Session, UserPrincipal } from './types.ts';

export async function listSessions(
  { store, clock }: AccountsContext,
  { homeAccountId, userId }: UserPrincipal,
): Promise<readonly Session[]> {
  return store.listLiveSessions(homeAccountId, userId, clock.now());
}

export async function getSession(
  context: AccountsContext,
  actor: UserPrincipal,
  sessionId: string,
): Promise<Session> {
  const found = (await listSessions(context, actor)).find((each) => each.sessionId === sessionId);
  if (!found) throw commonErrors.not_found(`You have no session '${sessionId}', or it has ended.`);
  return found;
}

export async function endSession(
  context: AccountsContext,
  actor: UserPrincipal,
  sessionId: string,
  by: Actor = toActor(actor),
): Promise<void> {
  const { accountId } = await getSession(context, actor, sessionId);
  await revokeSession(context, accountId, sessionId, { action: 'session.ended', by });
}

/** In force when this resolves, and written down for each of them. */
export async function endOtherSessions(
  context: AccountsContext,
  actor: UserPrincipal,
  by: Actor = toActor(actor),
): Promise<void> {
  const others = (await listSessions(context, actor)).filter((each) => each.sessionId !== actor.sessionId);
  if (others.length === 0) return;
  const lines = others.map(({ accountId, sessionId }) =>
    context.audit.record({
      accountId,
      action: 'session.ended',
      by,
      object: { type: 'session', id: sessionId },
    }),
  );
  const user = { accountId: actor.homeAccountId, id: actor.userId };
  await writeEndingSessions(context, user, lines, actor.sessionId);
}
