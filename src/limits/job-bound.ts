import type { Database, Statement } from '../db/index.ts';

const RUNNING_JOBS = 'running jobs';

/**
 * Statements for the end of a batch that puts jobs into the queue. The last is a guard that holds while no more than `limit` jobs of the account
 * are queued or running, those of the batch among them. What waits for a person, or for its turn in a batch, is not
 * counted. The first locks the account, so that of batches that come at once each counts what those before it made.
 */
export function boundJobs(db: Database, accountId: string, limit: number): Statement[] {
  const busy = db.build
    .selectFrom('jobs')
    .leftJoin('executions', 'executions.job_id', 'jobs.id')
    .where('jobs.account_id', '=', accountId)
    .where('jobs.finished_at', 'is', null)
    .where('jobs.status', 'in', ['queued', 'running'])
    .where((eb) => eb.or([eb('executions.gate', 'is', null), eb('executions.gate', '!=', 'closed')]))
    .select((eb) => eb.fn.countAll<number>().as('count'));
  const lock = db.build
    .updateTable('accounts')
    .set((eb) => ({ tier: eb.ref('tier') }))
    .where('id', '=', accountId);
  return [db.statement(lock), db.statement(lock.where(busy, '<=', limit), RUNNING_JOBS)];
}

export function isJobBound(guard: string): boolean {
  return guard === RUNNING_JOBS;
}
