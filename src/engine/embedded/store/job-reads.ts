import { sql } from 'kysely';
import type { Database, JobsTable } from '../../../db/index.ts';
import { type PageRequest, pageOffset } from '../../../lib/page.ts';
import type { JobFilter } from '../../types.ts';

/** Which jobs there are, and how they stand. */
export function jobReads(db: Database) {
  return {
    readJob: db.prepareRead<{ accountId: string; jobId: string }, JobsTable>((queries, param) =>
      queries
        .selectFrom('jobs')
        .selectAll()
        .where('id', '=', param('jobId'))
        .where('account_id', '=', param('accountId')),
    ),

    readStatus: db.prepareRead<
      { accountId: string; jobId: string },
      Pick<JobsTable, 'status' | 'epoch' | 'available_at'>
    >((queries, param) =>
      queries
        .selectFrom('jobs')
        .select(['status', 'epoch', 'available_at'])
        .where('id', '=', param('jobId'))
        .where('account_id', '=', param('accountId')),
    ),

    async list(accountId: string, filter: JobFilter, page: PageRequest) {
      const { kind, statuses } = filter;
      let query = db.build.selectFrom('jobs').where('account_id', '=', accountId);
      if (kind !== undefined) query = query.where('kind', '=', kind);
      if (statuses !== undefined) query = query.where('status', 'in', [...statuses]);
      const rows = await db.all(
        query
          .selectAll()
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(page.limit)
          .offset(pageOffset(page)),
      );
      const count = await db.first(query.select((eb) => eb.fn.countAll<number>().as('total')));
      return { rows, total: count?.total ?? 0 };
    },

    /** Of these jobs, those that have ended. */
    async ended(jobIds: readonly string[]): Promise<string[]> {
      if (jobIds.length === 0) return [];
      const rows = await db.all(
        db.build
          .selectFrom('jobs')
          .select('id')
          .where('id', 'in', jobIds)
          .where('finished_at', 'is not', null),
      );
      return rows.map(({ id }) => id);
    },

    crashedOften: (limit: number) =>
      db.all(
        db.build
          .selectFrom('jobs')
          .selectAll()
          .where('finished_at', 'is', null)
          .where('status', '=', 'queued')
          .where('crashes', '>=', limit),
      ),

    /** Accounts with queued jobs, and when the first of each is due. */
    queuedAccounts: () =>
      db.all(
        db.build
          .selectFrom('jobs')
          .select((eb) => ['account_id', eb.fn.min<number>('available_at').as('due_at')])
          .where('finished_at', 'is', null)
          .where('status', '=', 'queued')
          .groupBy('account_id'),
      ),

    /** A query for the first queued jobs of an account by due time, those that are not due yet included. */
    prepareQueuedJobs: (kinds: readonly string[]) =>
      db.prepareRead<
        { accountId: string; limit: number },
        Pick<JobsTable, 'id' | 'epoch' | 'crashes' | 'available_at'>
      >((queries, param) =>
        queries
          .selectFrom('jobs')
          .select(['id', 'epoch', 'crashes', 'available_at'])
          .where('account_id', '=', param('accountId'))
          .where('finished_at', 'is', null)
          .where('status', '=', 'queued')
          .where('kind', 'in', [...kinds])
          .orderBy('available_at')
          .orderBy('id')
          .limit(sql<number>`${param('limit')}`),
      ),
  };
}
