import { sql } from 'kysely';
import type { Database, Statement } from '../../db/index.ts';
import type { Clock } from '../../lib/clock.ts';
import {
  type CheckpointSecrets,
  isStaleCheckpoint,
  signCheckpoint,
  toCheckpoint,
  toCheckpointRow,
} from './checkpoint.ts';

/** Lines that are taken off in one batch. */
const LINES = 500;

export interface AuditCutter {
  /**
   * Takes off a bounded number of the lines that were written before, from the beginning of an account's log, and leaves a
   * signed checkpoint for all that it has ever lost. Returns how many lines it took; 0 when none is left to take.
   */
  cut(before: number): Promise<number>;
  /** Signs with the present secret key what a former one has signed. */
  signAgain(): Promise<void>;
}

export function createAuditCutter(deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly secrets: CheckpointSecrets;
}): AuditCutter {
  const { db, clock, secrets } = deps;

  /** An account whose log begins with a line that is past its time. */
  const findOld = (before: number) =>
    db.first(
      db.build
        .selectFrom('accounts')
        .leftJoin('audit_checkpoints', 'audit_checkpoints.account_id', 'accounts.id')
        .innerJoin('audit_chain', (join) =>
          join
            .onRef('audit_chain.account_id', '=', 'accounts.id')
            .on(sql<boolean>`audit_chain.seq = coalesce(audit_checkpoints.seq, 0) + 1`),
        )
        .innerJoin('audit_log', 'audit_log.id', 'audit_chain.entry_id')
        .where('audit_log.at', '<', before)
        .select(['audit_chain.account_id', 'audit_chain.seq'])
        .limit(1),
    );

  const keep = (row: ReturnType<typeof toCheckpointRow>, formerSeq: number): Statement =>
    db.statement(
      db.build
        .insertInto('audit_checkpoints')
        .values(row)
        .onConflict((conflict) =>
          conflict
            .column('account_id')
            .doUpdateSet((eb) => ({
              seq: eb.ref('excluded.seq'),
              hash: eb.ref('excluded.hash'),
              last_at: eb.ref('excluded.last_at'),
              made_at: eb.ref('excluded.made_at'),
              key_id: eb.ref('excluded.key_id'),
              signature: eb.ref('excluded.signature'),
            }))
            .where('audit_checkpoints.seq', '=', formerSeq),
        ),
      'checkpoint',
    );

  return {
    async cut(before) {
      const first = await findOld(before);
      if (!first) return 0;
      const { account_id: accountId, seq: firstSeq } = first;
      const lines = await db.all(
        db.build
          .selectFrom('audit_chain')
          .innerJoin('audit_log', 'audit_log.id', 'audit_chain.entry_id')
          .where('audit_chain.account_id', '=', accountId)
          .where('audit_chain.seq', '>=', firstSeq)
          .select(['audit_chain.seq', 'audit_chain.hash', 'audit_chain.entry_id', 'audit_log.at'])
          .orderBy('audit_chain.seq')
          .limit(LINES),
      );
      const end = lines.findIndex(({ at }) => at >= before);
      const cut = end === -1 ? lines : lines.slice(0, end);
      const last = cut.at(-1);
      if (!last) return 0;
      const { seq, hash, at: lastAt } = last;
      const checkpoint = signCheckpoint(secrets, { accountId, seq, hash, lastAt, madeAt: clock.now() });
      const ids = cut.map(({ entry_id }) => entry_id);
      const deleteLog = db.build
        .deleteFrom('audit_log')
        .where('account_id', '=', accountId)
        .where('id', 'in', ids);
      const deleteChain = db.build
        .deleteFrom('audit_chain')
        .where('account_id', '=', accountId)
        .where('seq', '>=', firstSeq)
        .where('seq', '<=', seq);
      const result = await db.write([
        keep(toCheckpointRow(checkpoint), firstSeq - 1),
        db.statement(deleteLog),
        db.statement(deleteChain),
      ]);
      // Refused: another process was faster.
      return result.ok ? cut.length : 0;
    },

    async signAgain() {
      const rows = await db.all(db.build.selectFrom('audit_checkpoints').selectAll());
      const stale = rows.map(toCheckpoint).filter((checkpoint) => isStaleCheckpoint(secrets, checkpoint));
      for (const checkpoint of stale) {
        await db.write([keep(toCheckpointRow(signCheckpoint(secrets, checkpoint)), checkpoint.seq)]);
      }
    },
  };
}
