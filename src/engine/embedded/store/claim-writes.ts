import { sql } from 'kysely';
import { type Database, isOrphan, type Statement } from '../../../db/index.ts';
import { CLAIM, type Claimed, UNCLAIMED, updateClaimed } from './claim.ts';

/** Who runs a job: it is claimed, kept, given back, and taken from processes that are gone. */
export function claimWrites(db: Database) {
  return {
    claim: db.prepare<Claimed & { owner: string; leaseUntil: number; now: number }>(
      (queries, param) =>
        updateClaimed(queries, param)
          .set({
            status: 'running',
            owner: param('owner'),
            epoch: sql<number>`epoch + 1`,
            lease_until: param('leaseUntil'),
            started_at: sql<number>`coalesce(started_at, ${param('now')})`,
          })
          .where('status', '=', 'queued'),
      CLAIM,
    ),

    renewLease: db.prepare<Claimed & { leaseUntil: number }>(
      (queries, param) =>
        updateClaimed(queries, param)
          .set({ lease_until: param('leaseUntil') })
          .where('status', '=', 'running'),
      CLAIM,
    ),

    /** Something got done: the crashes before it were not all of the same making. */
    clearCrashes: db.prepare<Claimed>(
      (queries, param) => updateClaimed(queries, param).set({ crashes: 0 }),
      CLAIM,
    ),

    /** Gives a running job back to the queue. */
    requeue: db.prepare<Claimed & { availableAt: number; attempt: number }>(
      (queries, param) =>
        updateClaimed(queries, param)
          .set({
            status: 'queued',
            available_at: param('availableAt'),
            attempt: param('attempt'),
            ...UNCLAIMED,
          })
          .where('status', '=', 'running'),
      CLAIM,
    ),

    /** The same for a job that was lost on the way: one crash more is counted. */
    requeueLost: db.prepare<Claimed & { availableAt: number }>(
      (queries, param) =>
        updateClaimed(queries, param)
          .set({
            status: 'queued',
            available_at: param('availableAt'),
            crashes: sql<number>`crashes + 1`,
            ...UNCLAIMED,
          })
          .where('status', '=', 'running'),
      CLAIM,
    ),

    /**
     * Lets a job rest as `idleStatus` until `idleAt`, unless one of the `waits` that it met has been answered since: then
     * it is due at once.
     */
    suspend: db.prepare<Claimed & { waits: number; idleStatus: string; idleAt: number; now: number }>(
      (queries, param) => {
        const answered = sql`(SELECT count(*) FROM job_steps WHERE job_id = jobs.id AND state = 'waiting') < ${param('waits')}`;
        return updateClaimed(queries, param)
          .set({
            status: sql<string>`CASE WHEN ${answered} THEN 'queued' ELSE ${param('idleStatus')} END`,
            available_at: sql<number>`CASE WHEN ${answered} THEN ${param('now')} ELSE ${param('idleAt')} END`,
            ...UNCLAIMED,
          })
          .where('status', '=', 'running');
      },
      CLAIM,
    ),

    /** Of processes that are gone: whatever ran goes back to its place in the queue, and one crash more is counted. */
    takeUp: (): Statement =>
      db.statement(
        db.build
          .updateTable('jobs')
          .set({
            status: 'queued',
            crashes: sql<number>`crashes + 1`,
            ...UNCLAIMED,
          })
          .where('finished_at', 'is', null)
          .where('status', '=', 'running')
          .where(isOrphan('jobs.owner')),
      ),
  };
}
