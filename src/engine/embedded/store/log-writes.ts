import { type Kysely, sql } from 'kysely';
import type { Database, ParamRef, Schema } from '../../../db/index.ts';
import { CLAIM, type Claimed, raw } from './claim.ts';

/** The guard of an answer: refused when the wait is over. */
const WAIT = 'wait';

type Answer = { jobId: string; accountId: string; name: string; value: string; now: number };

/** Only of a job that has not ended, and once. */
const answerWait = (queries: Kysely<Schema>, param: ParamRef<Answer>) =>
  queries
    .updateTable('job_steps')
    .set({ state: 'answered', value: param('value'), at: param('now') })
    .where('job_id', '=', param('jobId'))
    .where('account_id', '=', param('accountId'))
    .where('name', '=', param('name'))
    .where('state', '=', 'waiting')
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('jobs')
          .select('id')
          .whereRef('jobs.id', '=', 'job_steps.job_id')
          .where('finished_at', 'is', null),
      ),
    );

/** What jobs have done: their steps, the answers that some of these wait for, their events. */
export function logWrites(db: Database) {
  /** Where others write at the same time: nobody takes the job over between this look at its epoch and the commit. */
  const held = db.dialect === 'postgres' ? sql` FOR SHARE` : sql``;
  return {
    saveStep: db.prepare<
      Claimed & {
        name: string;
        scope: string;
        position: number;
        state: string;
        value: string | null;
        now: number;
      }
    >(
      (queries, param) =>
        raw(
          queries,
          sql`INSERT INTO job_steps (job_id, name, account_id, scope, position, state, attempts, value, at)
            SELECT id, ${param('name')}, account_id, ${param('scope')}, ${param('position')}, ${param('state')}, 1, ${param('value')}, ${param('now')}
            FROM jobs WHERE id = ${param('jobId')} AND account_id = ${param('accountId')} AND epoch = ${param('epoch')} AND status = 'running'${held}
            ON CONFLICT (job_id, name) DO UPDATE SET state = excluded.state, value = excluded.value, at = excluded.at,
            attempts = job_steps.attempts + CASE excluded.state WHEN 'started' THEN 1 WHEN 'unbegun' THEN -1 ELSE 0 END`,
        ),
      CLAIM,
    ),

    answerWait: db.prepare<Answer>(answerWait, WAIT),
    answerIfWaiting: db.prepare<Answer>(answerWait),

    /** In a batch whose first statement is guarded by the claim. */
    appendEvent: db.prepare<{ jobId: string; accountId: string; type: string; data: string; now: number }>(
      (queries, param) =>
        raw(
          queries,
          sql`INSERT INTO job_events (job_id, seq, account_id, type, data, at)
            VALUES (${param('jobId')}, (SELECT coalesce(max(seq), 0) + 1 FROM job_events WHERE job_id = ${param('jobId')}),
            ${param('accountId')}, ${param('type')}, ${param('data')}, ${param('now')})`,
        ),
    ),

    /** The same under the claim by itself. */
    appendClaimedEvent: db.prepare<Claimed & { type: string; data: string; now: number }>(
      (queries, param) =>
        raw(
          queries,
          sql`INSERT INTO job_events (job_id, seq, account_id, type, data, at)
            SELECT id, (SELECT coalesce(max(seq), 0) + 1 FROM job_events WHERE job_id = ${param('jobId')}),
            account_id, ${param('type')}, ${param('data')}, ${param('now')}
            FROM jobs WHERE id = ${param('jobId')} AND account_id = ${param('accountId')} AND epoch = ${param('epoch')} AND status = 'running'${held}`,
        ),
      CLAIM,
    ),
  };
}
