import { sql } from 'kysely';
import { type Database, DatabaseConflict, isOrphan, type Owner, type Statement } from '../../db/index.ts';
import type { Timers } from '../../engine/index.ts';
import type { FinishedRun, RunStore } from '../run-store.ts';
import type { NewTurn, ThreadStore } from './thread-store.ts';
import type { Turn } from './types.ts';

/** Most answers are complete by then: for those nothing is written before their end. */
const BEGUN_AFTER_MS = 1_000;
/** Looked up at once. */
const PAGE = 100;

/** A turn with its run as both are to be kept if the process dies before the answer is complete. */
export interface BegunTurn {
  readonly turn: NewTurn;
  readonly run: FinishedRun;
}

export interface BegunTurns {
  /**
   * Keeps a turn whose answer takes long, beside the answering, so that a kill does not lose the question with the answer;
   * whoever reads the conversation does not see it. `end` is called once, for the statements that forget it again: they
   * belong into the batch that keeps the answer. It waits for what it has begun to write, which would come after them.
   */
  watch(toBegun: () => BegunTurn | undefined): { end(): Promise<Statement[]> };
  /**
   * Makes turns of what processes that have died were answering, each once. Alone on the data, of all that there is:
   * then it is for the start. Returns how many there were.
   */
  recover(): Promise<number>;
}

export function createBegunTurns(
  db: Database,
  { owner, timers, threads, runs }: { owner: Owner; timers: Timers; threads: ThreadStore; runs: RunStore },
): BegunTurns {
  const { build } = db;

  const insert = ({ turn, run }: BegunTurn): Statement =>
    db.statement(
      build.insertInto('begun_turns').values({
        run_id: run.id,
        account_id: run.accountId,
        conversation_id: turn.turn.conversationId,
        owner: owner.id,
        turn: JSON.stringify(turn),
        run: JSON.stringify(run),
      }),
    );

  const remove = (accountId: string, runId: string, guard?: string): Statement => {
    const row = build.deleteFrom('begun_turns').where('run_id', '=', runId);
    return db.statement(row.where('account_id', '=', accountId), guard);
  };

  /** Others may have gone on in the conversation since: it continues from what was asked last. */
  const pointToNewest = (accountId: string, { id, conversationId }: Turn): Statement => {
    const ofTurn = (column: 'id' | 'created_at') => sql`(
      SELECT ${sql.ref(column)} FROM turns WHERE conversation_id = ${conversationId} AND account_id = ${accountId}
      ORDER BY created_at DESC, id DESC LIMIT 1)`;
    const query = sql`
      UPDATE conversations SET newest_turn_id = ${ofTurn('id')}, updated_at = ${ofTurn('created_at')}
      WHERE id = ${conversationId} AND account_id = ${accountId} AND newest_turn_id = ${id}`;
    return db.statement({ compile: () => query.compile(build) });
  };

  async function takeUp(accountId: string, runId: string, saved: readonly Statement[]): Promise<boolean> {
    try {
      // Refused: another process has done the same.
      return (await db.write([remove(accountId, runId, 'begun'), ...saved])).ok;
    } catch (error) {
      if (!(error instanceof DatabaseConflict)) throw error;
      // The answer has been kept after all.
      await db.write([remove(accountId, runId)]);
      return false;
    }
  }

  return {
    watch(toBegun) {
      let kept: Pick<FinishedRun, 'accountId' | 'id'> | undefined;
      let written: Promise<unknown> | undefined;
      const cancel = timers.after(BEGUN_AFTER_MS, () => {
        const begun = toBegun();
        if (!begun) return;
        const { accountId, id } = begun.run;
        kept = { accountId, id };
        // A database that is away is told of by the batch of the answer.
        written = db.write([insert(begun)], { ack: 'applied' }).catch(() => undefined);
      });
      return {
        async end() {
          cancel();
          await written;
          return kept ? [remove(kept.accountId, kept.id)] : [];
        },
      };
    },

    async recover() {
      let begun = build.selectFrom('begun_turns').selectAll().limit(PAGE);
      if (!owner.isAlone) begun = begun.where(isOrphan('begun_turns.owner'));
      let recovered = 0;
      for (let rows = await db.all(begun); rows.length > 0; rows = await db.all(begun)) {
        for (const { run_id: runId, account_id: accountId, ...row } of rows) {
          // Written by `insert` alone.
          const turn = JSON.parse(row.turn) as NewTurn;
          const run = JSON.parse(row.run) as FinishedRun;
          const saved = [
            ...threads.saveTurn(accountId, turn),
            pointToNewest(accountId, turn.turn),
            runs.saveRun(run),
          ];
          if (await takeUp(accountId, runId, saved)) recovered += 1;
        }
      }
      return recovered;
    },
  };
}
