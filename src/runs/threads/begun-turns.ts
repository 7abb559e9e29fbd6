import { sql } from 'kysely';
import { type Database, DatabaseConflict, isOrphan, type Owner, type Statement } from '../../db/index.ts';
import type { Timers } from '../../engine/index.ts';
import { Slots } from '../../lib/slots.ts';
import type { FinishedRun, RunStore } from '../run-store.ts';
import type { NewTurn, ThreadStore } from './thread-store.ts';
import type { Turn } from './types.ts';

/** All that have become due since the last look are written together, and share a commit. */
const LOOK_EVERY_MS = 250;
/** A turn is due after a second: most answers are complete by then, and for those nothing is written before their end. */
const LOOKS = 5;
/** Written in one turn of the event loop; more wait for the next one. */
const AT_ONCE = 50;
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

/** A turn that is being answered. */
interface Watched {
  readonly toBegun: () => BegunTurn | undefined;
  /** At which look it is written. */
  readonly dueAt: number;
  kept: Pick<FinishedRun, 'accountId' | 'id'> | undefined;
  written: Promise<unknown> | undefined;
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

  /** The turns that are not written. One timer looks after all of them. */
  const watched = new Slots<Watched>();
  let looks = 0;
  let isLooking = false;

  function lookAgain(): void {
    isLooking = true;
    timers.after(LOOK_EVERY_MS, () => {
      isLooking = false;
      looks += 1;
      keepDue();
      if (watched.size > 0) lookAgain();
    });
  }

  function keepDue(): void {
    let room = AT_ONCE;
    for (const [slot, turn] of watched.entries()) {
      if (turn.dueAt > looks) continue;
      if (room === 0) {
        timers.after(0, keepDue);
        return;
      }
      room -= 1;
      watched.take(slot);
      keep(turn);
    }
  }

  function keep(turn: Watched): void {
    const begun = turn.toBegun();
    if (!begun) return;
    const { accountId, id } = begun.run;
    turn.kept = { accountId, id };
    // A database that is away is told of by the batch of the answer.
    turn.written = db.write([insert(begun)], { ack: 'applied' }).catch(() => undefined);
  }

  return {
    watch(toBegun) {
      const turn: Watched = { toBegun, dueAt: looks + LOOKS, kept: undefined, written: undefined };
      const slot = watched.add(turn);
      if (!isLooking) lookAgain();
      return {
        async end() {
          if (watched.get(slot) === turn) watched.take(slot);
          await turn.written;
          return turn.kept ? [remove(turn.kept.accountId, turn.kept.id)] : [];
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
