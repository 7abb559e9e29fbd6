import { sql } from 'kysely';
import type { Database } from '../../../db/index.ts';
import type { FinalStatus, JobStatus } from '../../../engine/index.ts';
import { type PageRequest, pageOffset } from '../../../lib/page.ts';
import type { Execution, ExecutionFilters, Trace } from '../types.ts';
import { COLUMNS, type ExecutionRow, STARTED_AT, STATUS, toExecution, toTrace } from './execution-rows.ts';

/** How many of the crew's last jobs an estimate looks at. */
const PAST_JOBS = 20;

export function executionReads(db: Database) {
  const matching = (accountId: string, filters: ExecutionFilters) => {
    let query = db.build.selectFrom('executions').where('executions.account_id', '=', accountId);
    const { crewId, batchId, status, from, to } = filters;
    if (crewId !== undefined) query = query.where('executions.crew_id', '=', crewId);
    if (batchId !== undefined) query = query.where('executions.batch_id', '=', batchId);
    if (from !== undefined) query = query.where('executions.created_at', '>=', from);
    if (to !== undefined) query = query.where('executions.created_at', '<', to);
    if (status === undefined) return query;
    return isFinal(status)
      ? query.where('executions.outcome', '=', status)
      : query.where('executions.outcome', 'is', null);
  };

  const withJobs = (accountId: string, filters: ExecutionFilters) => {
    const query = matching(accountId, filters)
      .innerJoin('jobs', 'jobs.id', 'executions.job_id')
      .where('jobs.account_id', '=', accountId);
    const { status } = filters;
    // What is open has to be looked at; those are few.
    return status === undefined || isFinal(status) ? query : query.where(STATUS, '=', status);
  };

  async function toExecutions(accountId: string, rows: readonly ExecutionRow[]): Promise<Execution[]> {
    const jobIds = rows.map((row) => row.job_id);
    if (jobIds.length === 0) return [];
    const tasks = await db.all(
      db.build
        .selectFrom('execution_tasks')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('job_id', 'in', jobIds)
        .orderBy('position'),
    );
    const ofJob = Map.groupBy(tasks, ({ job_id }) => job_id);
    return rows.map((row) => toExecution(row, ofJob.get(row.job_id) ?? []));
  }

  /** In no order. Ids are looked for one by one: an index of the account would have all of its rows walked through. */
  const rowsOf = (accountId: string, jobIds: readonly string[]) =>
    db.all(
      db.build
        .selectFrom('executions')
        .innerJoin('jobs', 'jobs.id', 'executions.job_id')
        .where(beside('executions.account_id'), '=', accountId)
        .where(beside('jobs.account_id'), '=', accountId)
        .select(COLUMNS)
        .select(STATUS.as('status'))
        .where('executions.job_id', 'in', jobIds),
    );

  return {
    async isGateClosed(accountId: string, jobId: string): Promise<boolean> {
      const row = await db.first(
        db.build
          .selectFrom('executions')
          .select('gate')
          .where('job_id', '=', jobId)
          .where('account_id', '=', accountId),
      );
      return row?.gate === 'closed';
    },

    /** Whether a job has done anything beyond waiting for its turn. */
    async hasBegun(accountId: string, jobId: string): Promise<boolean> {
      const row = await db.first(
        db.build
          .selectFrom('job_steps')
          .select('name')
          .where('job_id', '=', jobId)
          .where('account_id', '=', accountId)
          .where('state', '=', 'finished')
          .limit(1),
      );
      return row !== undefined;
    },

    async find(accountId: string, jobId: string): Promise<Execution | undefined> {
      const row = await db.first(
        withJobs(accountId, {})
          .select(COLUMNS)
          .select(STATUS.as('status'))
          .where('executions.job_id', '=', jobId),
      );
      return row && (await toExecutions(accountId, [row]))[0];
    },

    /** The newest first; `brief`: without their tasks. */
    async list(
      accountId: string,
      filters: ExecutionFilters,
      request: PageRequest,
      { brief = false }: { readonly brief?: boolean | undefined } = {},
    ): Promise<{ items: Execution[]; total: number }> {
      const { status } = filters;
      const isIndexed = status === undefined || isFinal(status);
      const wanted = isIndexed ? matching(accountId, filters) : withJobs(accountId, filters);
      // First which ones, from an index alone; then what is shown of those few.
      const page = await db.all(
        wanted
          .select('executions.job_id')
          // Ids sort by time too, and the index of a batch has them.
          .$if(filters.batchId === undefined, (query) => query.orderBy('executions.created_at', 'desc'))
          .orderBy('executions.job_id', 'desc')
          .limit(request.limit)
          .offset(pageOffset(request)),
      );
      const counted = await db.first(wanted.select(sql<number>`count(*)`.as('total')));
      const total = Number(counted?.total ?? 0);
      const jobIds = page.map((row) => row.job_id);
      if (jobIds.length === 0) return { items: [], total };
      const rows = await rowsOf(accountId, jobIds);
      // Sorted here: an order in the query would have all of the account's jobs walked through for it.
      const places = new Map(jobIds.map((id, place) => [id, place]));
      const sorted = rows.toSorted((a, b) => (places.get(a.job_id) ?? 0) - (places.get(b.job_id) ?? 0));
      const items = brief ? sorted.map((row) => toExecution(row, [])) : await toExecutions(accountId, sorted);
      return { items, total };
    },

    /** What all jobs of a batch come to. */
    async sumsOfBatch(accountId: string, batchId: string) {
      const rows = await db.all(
        withJobs(accountId, { batchId })
          .select([
            STATUS.as('status'),
            sql<number>`count(*)`.as('jobs'),
            sql<number>`count(jobs.finished_at)`.as('finished'),
            sql<bigint>`sum(executions.cost_nano_usd)`.as('cost_nano_usd'),
          ])
          .groupBy(STATUS),
      );
      const total = rows.reduce((sum, { jobs }) => sum + Number(jobs), 0);
      return {
        counts: Object.fromEntries(rows.map(({ status, jobs }) => [status, Number(jobs)])),
        total,
        isOpen: rows.some(({ jobs, finished }) => Number(finished) < Number(jobs)),
        costNanoUsd: rows.reduce((sum, { cost_nano_usd }) => sum + BigInt(cost_nano_usd), 0n),
      };
    },

    /** Jobs of a batch in the order of their inputs, all of them without a page; `brief`: without their tasks. */
    async listBatch(
      accountId: string,
      batchId: string,
      {
        page,
        brief = false,
      }: { readonly page?: PageRequest | undefined; readonly brief?: boolean | undefined },
    ): Promise<Execution[]> {
      // Ids sort by time, and the index of a batch has them.
      let ids = matching(accountId, { batchId }).select('executions.job_id').orderBy('executions.job_id');
      if (page) ids = ids.limit(page.limit).offset(pageOffset(page));
      const jobIds = (await db.all(ids)).map((row) => row.job_id);
      if (jobIds.length === 0) return [];
      const rows = new Map((await rowsOf(accountId, jobIds)).map((row) => [row.job_id, row]));
      const sorted = jobIds.flatMap((id) => rows.get(id) ?? []);
      return brief ? sorted.map((row) => toExecution(row, [])) : await toExecutions(accountId, sorted);
    },

    /** Its progress, what it has cost so far, and what it may cost. */
    async readState(
      accountId: string,
      jobId: string,
    ): Promise<{ progress: number; costNanoUsd: bigint; maxCostNanoUsd: bigint | undefined }> {
      const row = await db.first(
        db.build
          .selectFrom('executions')
          .select(['progress', 'cost_nano_usd', 'max_cost_nano_usd'])
          .where('job_id', '=', jobId)
          .where('account_id', '=', accountId),
      );
      return {
        progress: row?.progress ?? 0,
        costNanoUsd: row?.cost_nano_usd ?? 0n,
        maxCostNanoUsd: row?.max_cost_nano_usd ?? undefined,
      };
    },

    /** Ids of the jobs of a crew, or of a batch, that have not ended; the oldest first. */
    async openJobs(
      accountId: string,
      filters: ExecutionFilters,
    ): Promise<{ jobId: string; status: JobStatus; isGated: boolean }[]> {
      const rows = await db.all(
        withJobs(accountId, filters)
          .select(['executions.job_id', 'executions.gate'])
          .select(STATUS.as('status'))
          .where('jobs.finished_at', 'is', null)
          // Ids sort by time, and the index of a batch has them.
          .orderBy('executions.job_id'),
      );
      return rows.map((row) => ({
        jobId: row.job_id,
        status: row.status as JobStatus,
        isGated: row.gate === 'closed',
      }));
    },

    /** How long each of the crew's last completed jobs took. */
    async pastDurationsMs(accountId: string, crewId: string): Promise<number[]> {
      const rows = await db.all(
        matching(accountId, { crewId })
          .innerJoin('jobs', 'jobs.id', 'executions.job_id')
          .select(['jobs.finished_at', STARTED_AT.as('started_at')])
          .where('jobs.status', '=', 'completed')
          .orderBy('executions.created_at', 'desc')
          .limit(PAST_JOBS),
      );
      return rows.map((row) => (row.finished_at ?? 0) - (row.started_at ?? row.finished_at ?? 0));
    },

    /** In order; without a page all of them. They are counted only where the page does not tell how many there are. */
    async traces(
      accountId: string,
      jobId: string,
      page: PageRequest | undefined,
    ): Promise<{ readonly items: Trace[]; readonly total: number }> {
      const matching = db.build
        .selectFrom('job_events')
        .where('job_id', '=', jobId)
        .where('account_id', '=', accountId)
        .where('type', '=', 'trace');
      const all = matching.select(['data', 'at']).orderBy('seq');
      const before = page ? pageOffset(page) : 0;
      const rows = await db.scan(page ? all.limit(page.limit).offset(before) : all);
      const items = rows.map(({ data, at }) => toTrace(JSON.parse(data), at));
      const seen = before + items.length;
      const isEnd = !page || (items.length > 0 && items.length < page.limit);
      if (isEnd) return { items, total: seen };
      const [counted] = await db.scan(matching.select((eb) => eb.fn.countAll<number>().as('total')));
      return { items, total: Number(counted?.total ?? 0) };
    },
  };
}

/** Of rows that are named by their ids: an index of the account would have all of its rows walked through for them. */
function beside(column: 'executions.account_id' | 'jobs.account_id') {
  return sql<string>`${sql.ref(column)} || ''`;
}

function isFinal(status: JobStatus): status is FinalStatus {
  return status === 'completed' || status === 'failed' || status === 'stopped';
}
