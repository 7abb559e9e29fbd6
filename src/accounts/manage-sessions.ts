import type { Actor } from '../audit/index.ts';
import { commonErrors } from '../lib/errors.ts';
import { toActor } from './actor.ts';
import type { AccountsContext } from './context.ts';
import { revokeSession, writeEndingSessions } from './session-life.ts';
import type { Session, UserPrincipal } from './types.ts';

/** Those of the account that the person is in: a sandbox and its account see nothing of each other. */
export async function listSessions(
  { store, clock }: AccountsContext,
  { accountId, homeAccountId, userId }: UserPrincipal,
): Promise<readonly Session[]> {
  const live = await store.listLiveSessions(homeAccountId, userId, clock.now());
  return live.filter((session) => session.accountId === accountId);
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
  await getSession(context, actor, sessionId);
  await revokeSession(context, actor.accountId, sessionId, { action: 'session.ended', by });
}

/** In force when this resolves. From the account itself those in its sandbox end too; from there, those there alone. */
export async function endOtherSessions(
  context: AccountsContext,
  actor: UserPrincipal,
  by: Actor = toActor(actor),
): Promise<void> {
  const { accountId, homeAccountId, userId } = actor;
  const others = (await listSessions(context, actor)).filter((each) => each.sessionId !== actor.sessionId);
  if (accountId !== homeAccountId) {
    for (const { sessionId } of others) {
      await revokeSession(context, accountId, sessionId, { action: 'session.ended', by });
    }
    return;
  }
  const lines = others.map(({ sessionId }) =>
    context.audit.record({
      accountId,
      action: 'session.ended',
      by,
      object: { type: 'session', id: sessionId },
    }),
  );
  await writeEndingSessions(context, { accountId, id: userId }, lines, actor.sessionId);
}
