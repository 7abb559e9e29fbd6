import { type Database, type IdempotencyKeysTable, isOrphan, type Statement } from '../db/index.ts';

export type IdempotencyStore = ReturnType<typeof createIdempotencyStore>;

export function createIdempotencyStore(db: Database) {
  const ofClaim = (accountId: string, key: string, claim: string) => ({ accountId, key, claim }) as const;
  return {
    /** Takes the key if nobody has it, or if what had it has expired. */
    insert(row: {
      accountId: string;
      key: string;
      fingerprint: string;
      claim: string;
      owner: string;
      now: number;
      expiresAt: number;
    }): Statement {
      const { accountId, key, fingerprint, claim, owner, now, expiresAt } = row;
      const values = { fingerprint, claim, owner, state: 'running', expires_at: expiresAt };
      return db.statement(
        db.build
          .insertInto('idempotency_keys')
          .values({ account_id: accountId, key, ...values })
          .onConflict((conflict) =>
            conflict
              .columns(['account_id', 'key'])
              .doUpdateSet({ ...values, status: null, headers: null, body_sealed: null })
              .where('idempotency_keys.expires_at', '<=', now),
          ),
        'key is free',
      );
    },

    find(accountId: string, key: string): Promise<IdempotencyKeysTable | undefined> {
      return db.first(
        db.build
          .selectFrom('idempotency_keys')
          .selectAll()
          .where('account_id', '=', accountId)
          .where('key', '=', key),
      );
    },

    keep(
      owner: ReturnType<typeof ofClaim>,
      fingerprint: string,
      reply: { status: number; headers: string; bodySealed: string } | undefined,
    ): Statement {
      return db.statement(
        db.build
          .updateTable('idempotency_keys')
          .set({
            state: 'done',
            fingerprint,
            status: reply?.status ?? null,
            headers: reply?.headers ?? null,
            body_sealed: reply?.bodySealed ?? null,
          })
          .where('account_id', '=', owner.accountId)
          .where('key', '=', owner.key)
          .where('claim', '=', owner.claim),
      );
    },

    release(owner: ReturnType<typeof ofClaim>): Statement {
      return db.statement(
        db.build
          .deleteFrom('idempotency_keys')
          .where('account_id', '=', owner.accountId)
          .where('key', '=', owner.key)
          .where('claim', '=', owner.claim)
          .where('state', 'in', ['running', 'acted']),
      );
    },

    ofClaim,

    /** Written with what the request does. */
    act(owner: ReturnType<typeof ofClaim>): Statement {
      return db.statement(
        db.build
          .updateTable('idempotency_keys')
          .set({ state: 'acted' })
          .where('account_id', '=', owner.accountId)
          .where('key', '=', owner.key)
          .where('claim', '=', owner.claim),
      );
    },

    /** Housekeeping over all accounts. */
    deleteExpired(now: number): Statement {
      return db.statement(db.build.deleteFrom('idempotency_keys').where('expires_at', '<=', now));
    },

    /** What runs in no process that is alive. */
    deleteOrphans(): Statement {
      return db.statement(
        db.build
          .deleteFrom('idempotency_keys')
          .where('state', '=', 'running')
          .where(isOrphan('idempotency_keys.owner')),
      );
    },

    /** What was done by a process that is not alive: its reply is lost, and it is not done again. */
    endActedOrphans(): Statement {
      return db.statement(
        db.build
          .updateTable('idempotency_keys')
          .set({ state: 'done' })
          .where('state', '=', 'acted')
          .where(isOrphan('idempotency_keys.owner')),
      );
    },

    /** For the start of the only process: what was running ended with the last one. */
    deleteRunning(): Statement {
      return db.statement(db.build.deleteFrom('idempotency_keys').where('state', '=', 'running'));
    },

    /** The same for what had been done by then: its reply is lost, and it is not done again. */
    endActed(): Statement {
      return db.statement(
        db.build.updateTable('idempotency_keys').set({ state: 'done' }).where('state', '=', 'acted'),
      );
    },
  };
}
