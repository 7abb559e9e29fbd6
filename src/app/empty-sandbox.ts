import { isSandboxAccount } from '../accounts/index.ts';
import type { Actor, AuditRecorder } from '../audit/index.ts';
import { type Database, eraseAccountData } from '../db/index.ts';
import type { Engine } from '../engine/index.ts';
import type { Knowledge } from '../knowledge/index.ts';
import type { Webhooks } from '../webhooks/index.ts';
import { quietAccount } from './quiet-account.ts';

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
  const { db, audit, knowledge } = rooms;

  return async (sandboxId, by, ofAccountId) => {
    if (!isSandboxAccount(sandboxId)) throw new Error(`${sandboxId} is no sandbox`);
    await quietAccount(rooms, sandboxId);
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
