import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database, Statement } from './port.ts';

/** In the first batch; those that follow have as many as BATCH_MS allows. */
const CONVERSATIONS = 4;
const RUNS = 32;
const RESPONSES = 32;
const JOBS = 1;
const MOST = 512;
/** A batch that takes longer is followed by one of half its size; others wait for it, and for nothing in the pause after it. */
const BATCH_MS = 15;
const SHORTEST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 2_000;

type Piece = 'jobs' | 'job_events' | 'job_steps' | 'responses' | 'conversations' | 'turns' | 'runs';

/**
 * Deletes what an account may have very much of (jobs that have ended, conversations, runs), in small batches, after each
 * of which the data is whole, and others have as long for their own. Nobody may add to it any more; where somebody still
 * does, the next time finds it. Stops early once `isOpen` says so. With `isThorough` also what no index leads to, which
 * is to be found but once.
 */
export async function eraseInPieces(
  db: Database,
  accountId: string,
  { isOpen, isThorough }: { readonly isOpen: () => boolean; readonly isThorough: boolean },
): Promise<void> {
  const { build } = db;

  /** By nothing but the ids: an index by account, which a planner may prefer, leads through all of its rows each time. */
  const remove = (table: Piece, column: string, ids: string[]): Statement => {
    const query = sql`DELETE FROM ${sql.table(table)}
      WHERE ${sql.ref(column)} IN (${sql.join(ids)}) AND account_id || '' = ${accountId}`;
    return db.statement({ compile: () => query.compile(build) });
  };

  /** Deletes page after page of what `find` finds, beginning with `first` rows. */
  async function erase(
    first: number,
    find: (limit: number) => Promise<{ readonly id: string }[]>,
    toStatements: (ids: string[]) => Statement[],
  ): Promise<void> {
    let size = first;
    while (isOpen()) {
      const ids = (await find(size)).map(({ id }) => id);
      if (ids.length === 0) return;
      const begunAt = performance.now();
      await db.write(toStatements(ids), { ack: 'applied' });
      const tookMs = performance.now() - begunAt;
      if (ids.length < size) return;
      // Twice or half, so that there are few texts of statements.
      if (tookMs > BATCH_MS) size = Math.max(1, size / 2);
      else if (tookMs < BATCH_MS / 2) size = Math.min(MOST, size * 2);
      await sleep(Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, tookMs)));
    }
  }

  const jobs = build.selectFrom('jobs').select('id').where('account_id', '=', accountId);
  await erase(
    JOBS,
    (limit) => db.all(jobs.where('finished_at', 'is not', null).limit(limit)),
    (ids) => [
      // A response in the background has the id of its job; an execution goes with its job, and its tasks with it.
      remove('responses', 'id', ids),
      remove('job_events', 'job_id', ids),
      remove('job_steps', 'job_id', ids),
      remove('jobs', 'id', ids),
    ],
  );
  const conversations = build.selectFrom('conversations').select('id').where('account_id', '=', accountId);
  await erase(
    CONVERSATIONS,
    (limit) => db.all(conversations.limit(limit)),
    (ids) => [
      remove('turns', 'conversation_id', ids),
      remove('responses', 'conversation_id', ids),
      remove('conversations', 'id', ids),
    ],
  );
  const runs = build.selectFrom('runs').select('id').where('account_id', '=', accountId);
  await erase(
    RUNS,
    (limit) => db.all(runs.limit(limit)),
    (ids) => [remove('runs', 'id', ids)],
  );
  if (!isThorough) return;
  // Those that never came to a conversation: a look through the whole table, beside everything else.
  const responses = build.selectFrom('responses').select('id').where('account_id', '=', accountId);
  await erase(
    RESPONSES,
    (limit) => db.scan(responses.limit(limit)),
    (ids) => [remove('responses', 'id', ids)],
  );
}
