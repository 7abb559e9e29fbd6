import { type SqlBool, sql } from 'kysely';
import type { Database, Statement } from '../db/index.ts';

const CREW_JOB = 'crew';
/** As the index has it: whole (null) or being removed (1). */
const HAS_TRACE = sql<SqlBool>`coalesce(trace_state, 0) < 2`;

export type RetentionStore = ReturnType<typeof createRetentionStore>;

/** Housekeeping over all accounts: nothing of it reaches a caller. */
export function createRetentionStore(db: Database) {
  const { build } = db;
  return {
    /** Jobs of crews that ended before, the oldest first, with the number of their events. */
    async jobsWithTraces(before: number, limit: number): Promise<{ id: string; lastSeq: number }[]> {
      const rows = await db.all(
        build
          .selectFrom('jobs')
          .select('id')
          .select((eb) =>
            eb
              .selectFrom('job_events')
              .select((max) => max.fn.max<number | null>('seq').as('seq'))
              .whereRef('job_events.job_id', '=', 'jobs.id')
              .as('last_seq'),
          )
          .where('kind', '=', CREW_JOB)
          .where('finished_at', '<', before)
          .where(HAS_TRACE)
          .orderBy('finished_at')
          .limit(limit),
      );
      return rows.map((row) => ({ id: row.id, lastSeq: Number(row.last_seq ?? 0) }));
    },

    /** 1: being removed, 2: gone. */
    setTraceState: (jobId: string, state: 1 | 2): Statement =>
      db.statement(build.updateTable('jobs').set({ trace_state: state }).where('id', '=', jobId)),

    deleteEvents: (jobId: string, upTo: number): Statement =>
      db.statement(build.deleteFrom('job_events').where('job_id', '=', jobId).where('seq', '<=', upTo)),

    deleteSteps: (jobId: string): Statement =>
      db.statement(build.deleteFrom('job_steps').where('job_id', '=', jobId)),

    /** Deliveries that began before and have ended, or whose webhook has been disabled for as long. */
    async oldDeliveries(before: number, limit: number): Promise<string[]> {
      const rows = await db.all(
        build
          .selectFrom('webhook_deliveries')
          .select('id')
          .where('created_at', '<', before)
          .where((eb) => eb.or([eb('status', '!=', 'pending'), eb('next_at', '<', before)]))
          .orderBy('created_at')
          .limit(limit),
      );
      return rows.map(({ id }) => id);
    },

    deleteDeliveries: (ids: readonly string[]): Statement[] => [
      db.statement(build.deleteFrom('webhook_attempts').where('delivery_id', 'in', [...ids])),
      db.statement(build.deleteFrom('webhook_deliveries').where('id', 'in', [...ids])),
    ],
  };
}
