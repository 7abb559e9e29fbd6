import { type Database, DatabaseConflict, type Statement } from '../../db/index.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';
import type { SecretBox } from '../../lib/secrets.ts';
import {
  type AuditCheckpoint,
  checkpointProblem,
  isStaleCheckpoint,
  signCheckpoint,
  toCheckpoint,
  toCheckpointRow,
} from './checkpoint.ts';
import { followChain } from './follow-chain.ts';
import { keepCheckpointKeys, resealCheckpointKeys } from './former-keys.ts';

/** Lines that are taken off in one batch. */
const LINES = 500;
const NOT_CUT =
  'The audit log of an account does not hold, so nothing of it is taken off; muster audit verify tells what is wrong';

export interface AuditCutter {
  /**
   * Takes off the lines that were written before, from the beginning of each account's log, and leaves a signed checkpoint
   * for all that it has ever lost. Each batch tells how many lines it took. Only what is proven is taken: of an account whose
   * checkpoint, or whose next lines, do not hold, nothing, so that the damage can still be seen.
   */
  cut(before: number): AsyncGenerator<number, void>;
  /** Signs with the present secret key what a former one has signed, whose own stays known to `muster audit verify`. */
  signAgain(): Promise<void>;
}

export function createAuditCutter(deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly secrets: Pick<SecretBox, 'derive' | 'open' | 'seal' | 'isStale'>;
  readonly log: Pick<Logger, 'error'>;
}): AuditCutter {
  const { db, clock, secrets, log } = deps;

  /** The next account with a line that is past its time. */
  async function nextAccount(before: number, after: string): Promise<string | undefined> {
    const [found] = await db.scan(
      db.build
        .selectFrom('accounts')
        .where('id', '>', after)
        .where((eb) =>
          eb.exists(
            eb
              .selectFrom('audit_log')
              .whereRef('audit_log.account_id', '=', 'accounts.id')
              .where('at', '<', before)
              .select('audit_log.id'),
          ),
        )
        .select('id')
        .orderBy('id')
        .limit(1),
    );
    return found?.id;
  }

  async function checkpointOf(accountId: string): Promise<AuditCheckpoint | undefined> {
    const rows = db.build.selectFrom('audit_checkpoints').selectAll();
    const row = await db.first(rows.where('account_id', '=', accountId));
    return row && toCheckpoint(row);
  }

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

  /** Not written: another process was faster, and there may be nothing left that this checkpoint could stand for. */
  async function written(batch: readonly Statement[]): Promise<boolean> {
    try {
      return (await db.write(batch)).ok;
    } catch (error) {
      if (error instanceof DatabaseConflict) return false;
      throw error;
    }
  }

  async function cutAccount(accountId: string, before: number): Promise<number> {
    const former = await checkpointOf(accountId);
    const from = { seq: former?.seq ?? 0, hash: former?.hash ?? '' };
    const forged = former && checkpointProblem(secrets, former);
    const { lines, problem } = await followChain(db, accountId, from, LINES);
    const broken = forged ?? problem;
    if (broken !== undefined) {
      // Another process may just have taken them off.
      const isMoved = (await checkpointOf(accountId))?.signature !== former?.signature;
      if (!isMoved) log.error({ accountId, problem: broken }, NOT_CUT);
      return 0;
    }
    const end = lines.findIndex(({ entry }) => entry.at >= before);
    const cut = end === -1 ? lines : lines.slice(0, end);
    const last = cut.at(-1);
    if (!last) return 0;
    const { seq, hash, entry } = last;
    const checkpoint = signCheckpoint(secrets, {
      ...{ accountId, seq, hash, lastAt: entry.at, madeAt: clock.now() },
    });
    const ids = cut.map((line) => line.entry.id);
    const deleteLog = db.build
      .deleteFrom('audit_log')
      .where('account_id', '=', accountId)
      .where('id', 'in', ids);
    const deleteChain = db.build
      .deleteFrom('audit_chain')
      .where('account_id', '=', accountId)
      .where('seq', '>', from.seq)
      .where('seq', '<=', seq);
    const isCut = await written([
      keep(toCheckpointRow(checkpoint), from.seq),
      ...keepCheckpointKeys(deps),
      db.statement(deleteLog),
      db.statement(deleteChain),
    ]);
    return isCut ? cut.length : 0;
  }

  return {
    async *cut(before) {
      let accountId = await nextAccount(before, '');
      while (accountId !== undefined) {
        for (;;) {
          const lines = await cutAccount(accountId, before);
          if (lines === 0) break;
          yield lines;
        }
        accountId = await nextAccount(before, accountId);
      }
    },

    async signAgain() {
      const rows = await db.all(db.build.selectFrom('audit_checkpoints').selectAll());
      if (rows.length > 0) await db.write(keepCheckpointKeys(deps));
      await resealCheckpointKeys(db, secrets);
      const stale = rows.map(toCheckpoint).filter((checkpoint) => isStaleCheckpoint(secrets, checkpoint));
      for (const checkpoint of stale) {
        await written([keep(toCheckpointRow(signCheckpoint(secrets, checkpoint)), checkpoint.seq)]);
      }
    },
  };
}
