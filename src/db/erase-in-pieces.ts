import type { Database, Statement } from './port.ts';

/** In a batch: little enough for nobody to wait for it. */
const CONVERSATIONS = 50;
const RUNS = 500;
const RESPONSES = 500;
const JOBS = 10;

/**
 * Deletes what an account may have very much of (jobs that have ended, conversations, runs), in small batches, after each
 * of which the data is whole. Nobody may add to it any more; where somebody still does, the next time finds it. Stops
 * early once `isOpen` says so. With `isThorough` also what no index leads to, which is to be found but once.
 */
export async function eraseInPieces(
  db: Database,
  accountId: string,
  { isOpen, isThorough }: { readonly isOpen: () => boolean; readonly isThorough: boolean },
): Promise<void> {
  const { build } = db;

  /** Deletes page after page of what `find` finds. */
  async function erase(
    size: number,
    find: (limit: number) => Promise<{ readonly id: string }[]>,
    remove: (ids: string[]) => Statement[],
  ): Promise<void> {
    while (isOpen()) {
      const ids = (await find(size)).map(({ id }) => id);
      if (ids.length > 0) await db.write(remove(ids), { ack: 'applied' });
      if (ids.length < size) return;
    }
  }

  const jobs = build.selectFrom('jobs').select('id').where('account_id', '=', accountId);
  await erase(
    JOBS,
    (limit) => db.all(jobs.where('finished_at', 'is not', null).limit(limit)),
    (ids) => [
      // A response in the background has the id of its job; an execution goes with its job, and its tasks with it.
      db.statement(build.deleteFrom('responses').where('account_id', '=', accountId).where('id', 'in', ids)),
      ...(['job_events', 'job_steps'] as const).map((table) =>
        db.statement(build.deleteFrom(table).where('account_id', '=', accountId).where('job_id', 'in', ids)),
      ),
      db.statement(build.deleteFrom('jobs').where('account_id', '=', accountId).where('id', 'in', ids)),
    ],
  );
  const conversations = build.selectFrom('conversations').select('id').where('account_id', '=', accountId);
  await erase(
    CONVERSATIONS,
    (limit) => db.all(conversations.limit(limit)),
    (ids) => [
      ...(['turns', 'responses'] as const).map((table) =>
        db.statement(
          build.deleteFrom(table).where('account_id', '=', accountId).where('conversation_id', 'in', ids),
        ),
      ),
      db.statement(
        build.deleteFrom('conversations').where('account_id', '=', accountId).where('id', 'in', ids),
      ),
    ],
  );
  const runs = build.selectFrom('runs').select('id').where('account_id', '=', accountId);
  await erase(
    RUNS,
    (limit) => db.all(runs.limit(limit)),
    (ids) => [
      db.statement(build.deleteFrom('runs').where('account_id', '=', accountId).where('id', 'in', ids)),
    ],
  );
  if (!isThorough) return;
  // Those that never came to a conversation: a look through the whole table, beside everything else.
  const responses = build.selectFrom('responses').select('id').where('account_id', '=', accountId);
  await erase(
    RESPONSES,
    (limit) => db.scan(responses.limit(limit)),
    (ids) => [
      db.statement(build.deleteFrom('responses').where('account_id', '=', accountId).where('id', 'in', ids)),
    ],
  );
}
