import { type SqlBool, sql } from 'kysely';
import type { Database, Statement } from '../../../db/index.ts';

export function batchStore(db: Database) {
  return {
    insertBatch(batch: {
      id: string;
      accountId: string;
      crewId: string;
      concurrency: number;
      now: number;
    }): Statement {
      return db.statement(
        db.build.insertInto('execution_batches').values({
          ...{ id: batch.id, account_id: batch.accountId, crew_id: batch.crewId },
          ...{ concurrency: batch.concurrency, created_at: batch.now },
        }),
      );
    },

    async findBatch(accountId: string, batchId: string) {
      return db.first(
        db.build
          .selectFrom('execution_batches')
          .selectAll()
          .where('id', '=', batchId)
          .where('account_id', '=', accountId),
      );
    },

    /** Batches in which a job waits for its turn, or to be told of it, of all accounts: for the start of the process. */
    async batchesWithGatedJobs(): Promise<{ accountId: string; batchId: string }[]> {
      const rows = await db.all(
        db.build
          .selectFrom('executions')
          .innerJoin('jobs', 'jobs.id', 'executions.job_id')
          .select(['executions.account_id', 'executions.batch_id'])
          .distinct()
          .where('executions.batch_id', 'is not', null)
          .where(sql<SqlBool>`(executions.gate = 'closed' or jobs.status = 'waiting_for_input')`)
          .where(sql<SqlBool>`jobs.finished_at is null`),
      );
      return rows.map((row) => ({ accountId: row.account_id, batchId: row.batch_id ?? '' }));
    },
  };
}
