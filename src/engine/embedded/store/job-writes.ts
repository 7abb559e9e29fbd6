import { sql } from 'kysely';
import type { Database, Statement } from '../../../db/index.ts';
import { CLAIM, type Claimed, raw, UNCLAIMED, updateClaimed } from './claim.ts';

/** How a job comes in, is woken, ends, and goes. */
export function jobWrites(db: Database) {
  const lock = db.prepare<{ jobId: string; accountId: string }>((queries, param) =>
    raw(
      queries,
      sql`SELECT 1 FROM jobs WHERE id = ${param('jobId')} AND account_id = ${param('accountId')} FOR UPDATE`,
    ),
  );

  return {
    insertJob: db.prepare<{
      id: string;
      accountId: string;
      kind: string;
      status: string;
      input: string;
      epoch: number;
      owner: string | null;
      leaseUntil: number | null;
      availableAt: number;
      startedAt: number | null;
      now: number;
    }>((queries, param) =>
      queries.insertInto('jobs').values({
        id: param('id'),
        account_id: param('accountId'),
        kind: param('kind'),
        status: param('status'),
        input: param('input'),
        epoch: param('epoch'),
        owner: param('owner'),
        lease_until: param('leaseUntil'),
        attempt: 1,
        crashes: 0,
        waited_ms: 0,
        available_at: param('availableAt'),
        created_at: param('now'),
        started_at: param('startedAt'),
      }),
    ),

    /**
     * Stands first in a batch whose statements look at steps as well as at the job: what somebody else is writing of the
     * job is waited for, and seen. Where only one process writes there is nothing to wait for.
     */
    lockJob: (job: { readonly jobId: string; readonly accountId: string }): Statement[] =>
      db.dialect === 'postgres' ? [lock({ jobId: job.jobId, accountId: job.accountId })] : [],

    /** Ends a job. */
    endJob: db.prepare<
      Claimed & {
        from: string;
        status: string;
        result: string | null;
        errorCode: string | null;
        errorMessage: string | null;
        now: number;
      }
    >(
      (queries, param) =>
        updateClaimed(queries, param)
          .set({
            status: param('status'),
            result: param('result'),
            error_code: param('errorCode'),
            error_message: param('errorMessage'),
            finished_at: param('now'),
            ...UNCLAIMED,
          })
          .where('status', '=', param('from')),
      CLAIM,
    ),

    wakeWaiting: db.prepare<{ jobId: string; accountId: string; now: number }>((queries, param) =>
      queries
        .updateTable('jobs')
        .set({
          status: 'queued',
          // One that rests for an answer has been available since it rests.
          waited_ms: sql<number>`waited_ms + CASE WHEN status = 'waiting_for_input' AND available_at < ${param('now')} THEN ${param('now')} - available_at ELSE 0 END`,
          available_at: param('now'),
        })
        .where('id', '=', param('jobId'))
        .where('account_id', '=', param('accountId'))
        .where((eb) =>
          eb.or([
            eb('status', '=', 'waiting_for_input'),
            // It sleeps beside the wait.
            eb.and([eb('status', '=', 'queued'), eb('available_at', '>', param('now'))]),
          ]),
        ),
    ),

    /** The job last: while it is there and has not ended, nothing of it goes. */
    forgetJob(accountId: string, jobId: string): Statement[] {
      const ended = db.build
        .selectFrom('jobs')
        .select('id')
        .where('id', '=', jobId)
        .where('account_id', '=', accountId)
        .where('finished_at', 'is not', null);
      return [
        db.statement(db.build.deleteFrom('job_events').where('job_id', 'in', ended)),
        db.statement(db.build.deleteFrom('job_steps').where('job_id', 'in', ended)),
        db.statement(
          db.build
            .deleteFrom('jobs')
            .where('id', '=', jobId)
            .where('account_id', '=', accountId)
            .where('finished_at', 'is not', null),
        ),
      ];
    },
  };
}
