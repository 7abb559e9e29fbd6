import { isSandboxAccount } from '../accounts/index.ts';
import type { Actor, AuditRecorder } from '../audit/index.ts';
import { SYSTEM } from '../audit/index.ts';
import { type Database, eraseAccountData } from '../db/index.ts';
import type { Engine } from '../engine/index.ts';
import type { Knowledge } from '../knowledge/index.ts';
import type { Webhooks } from '../webhooks/index.ts';

const OPEN = ['queued', 'running', 'waiting_for_input'] as const;
const PAGE = 100;

/**
 * Deletes all that a sandbox holds, whatever is at work in it: agents, crews, jobs, documents, conversations, usage.
 * The credentials that were handed out for it stay good. Only a sandbox can be emptied.
 */
export function createSandboxEmptier(rooms: {
  readonly db: Database;
  readonly audit: AuditRecorder;
  readonly engine: Pick<Engine, 'list' | 'stop'>;
  readonly knowledge: Pick<Knowledge, 'deleteAccountDocuments'>;
  readonly webhooks: Pick<Webhooks, 'list' | 'remove'>;
}): (sandboxId: string, by: Actor, ofAccountId: string) => Promise<void> {
  const { db, audit, engine, knowledge, webhooks } = rooms;

  async function stopJobs(accountId: string): Promise<void> {
    for (;;) {
      const { items } = await engine.list(accountId, { statuses: OPEN }, { page: 1, limit: PAGE });
      if (items.length === 0) return;
      await Promise.all(items.map(({ id }) => engine.stop(accountId, id)));
    }
  }

  /** One by one, since this process remembers who is to be told of what. */
  async function removeWebhooks(accountId: string): Promise<void> {
    for (;;) {
      const { items } = await webhooks.list(accountId, { page: 1, limit: PAGE });
      if (items.length === 0) return;
      for (const { id } of items) await webhooks.remove(accountId, id, SYSTEM);
    }
  }

  return async (sandboxId, by, ofAccountId) => {
    if (!isSandboxAccount(sandboxId)) throw new Error(`${sandboxId} is no sandbox`);
    await removeWebhooks(sandboxId);
    await stopJobs(sandboxId);
    await knowledge.deleteAccountDocuments(sandboxId);
    await db.write([
      ...eraseAccountData(db, sandboxId),
      audit.record({
        accountId: ofAccountId,
        action: 'sandbox.emptied',
        by,
        object: { type: 'account', id: sandboxId },
      }),
    ]);
  };
}
