import type { Database, Statement } from '../db/index.ts';
import { sandboxIdOf } from './sandbox-id.ts';

/** An account that was deleted, with what is still to be done about it. */
export interface DeletedAccount {
  readonly accountId: string;
  readonly deletedAt: number;
  /** All that it had is gone. */
  readonly isErased: boolean;
}

export type DeletionStore = ReturnType<typeof createDeletionStore>;

/** SQL of accounts that go. The reads are the server's own: they see every account. */
export function createDeletionStore(db: Database) {
  return {
    /**
     * Ends an account with its sandbox: its people and their sessions are gone, its keys revoked, and what still looks at
     * its status finds it closed. The accounts come first: who is made beside it (requireOpen) is seen, or refused.
     */
    closeForGood(accountId: string, now: number): Statement[] {
      const ids = [accountId, sandboxIdOf(accountId)];
      const closed = { status: 'deleting', deleted_at: now };
      const close = db.build.updateTable('accounts').set(closed).where('deleted_at', 'is', null);
      return [
        db.statement(close.where('id', '=', accountId).where('sandbox_of', 'is', null), 'account exists'),
        db.statement(close.where('sandbox_of', '=', accountId)),
        db.statement(db.build.deleteFrom('users').where('account_id', 'in', ids)),
        db.statement(
          db.build
            .updateTable('agent_keys')
            .set({ revoked_at: now })
            .where('account_id', 'in', ids)
            .where('revoked_at', 'is', null),
        ),
      ];
    },

    /** A guard that holds unless the account is deleted. In one batch with what is made, and first, nothing is left of it. */
    requireOpen(accountId: string): Statement {
      return db.statement(
        db.build
          .updateTable('accounts')
          .set((eb) => ({ status: eb.ref('status') }))
          .where('id', '=', accountId)
          .where('deleted_at', 'is', null),
        'account is open',
      );
    },

    /**
     * What is left of an account and its sandbox once their rows are gone. The guard holds once, for whoever erases it
     * first, and only if its books are as they were read.
     */
    noteErased(
      accountId: string,
      books: { readonly balanceNanoUsd: bigint; readonly heldNanoUsd: bigint },
    ): Statement[] {
      const empty = { status: 'deleted', name: '', limits: null, balance_nano_usd: 0n, held_nano_usd: 0n };
      const update = db.build.updateTable('accounts').set(empty).where('status', '=', 'deleting');
      return [
        db.statement(
          update
            .where('id', '=', accountId)
            .where('balance_nano_usd', '=', books.balanceNanoUsd)
            .where('held_nano_usd', '=', books.heldNanoUsd),
          'account is as it was read',
        ),
        db.statement(update.where('sandbox_of', '=', accountId)),
      ];
    },

    /** Together with the ledger and the holds of an account that is erased already: what came late is not its credit. */
    emptyBooks(accountId: string): Statement {
      return db.statement(
        db.build
          .updateTable('accounts')
          .set({ balance_nano_usd: 0n, held_nano_usd: 0n })
          .where('id', 'in', [accountId, sandboxIdOf(accountId)])
          .where('status', '=', 'deleted'),
      );
    },

    /** Those that are not erased yet, and those that were deleted since. */
    async listDeleted(since: number): Promise<DeletedAccount[]> {
      const rows = await db.all(
        db.build
          .selectFrom('accounts')
          .select(['id', 'status', 'deleted_at'])
          .where('deleted_at', 'is not', null)
          .where('sandbox_of', 'is', null)
          .where((eb) => eb.or([eb('status', '=', 'deleting'), eb('deleted_at', '>', since)]))
          .orderBy('deleted_at'),
      );
      return rows.map(({ id, status, deleted_at }) => ({
        accountId: id,
        deletedAt: deleted_at ?? 0,
        isErased: status === 'deleted',
      }));
    },
  };
}
