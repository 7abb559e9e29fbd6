import { type Selectable, type SqlBool, sql } from 'kysely';
import type { Database, ExecutionsTable, ExecutionTasksTable, Statement } from '../../db/index.ts';
import type { JobStatus } from '../../engine/index.ts';
import { isoTime } from '../../lib/clock.ts';
import type { JsonObject } from '../../lib/json.ts';
import { type PageRequest, pageOffset } from '../../lib/page.ts';
import { CREW } from '../store.ts';
import type { Execution, ExecutionFilters, ExecutionUsage, TaskOutput, Trace } from './types.ts';

const OPEN: ReadonlySet<JobStatus> = new Set(['queued', 'running', 'waiting_for_input']);
/** How many of the crew's last jobs an estimate looks at. */
const PAST_JOBS = 20;

export type ExecutionStore = ReturnType<typeof createExecutionStore>;

export interface NewExecution {
  readonly jobId: string;
  readonly accountId: string;
  readonly crewId: string;
  readonly batchId: string | undefined;
  readonly rerunOf: string | undefined;
  readonly inputs: JsonObject;
  readonly isGated: boolean;
  readonly now: number;
}

export interface NewExecutionTask {
  readonly taskId: string;
  readonly position: number;
  readonly name: string;
  readonly description: string;
  readonly agentId: string | undefined;
  readonly agentName: string;
  readonly kept: string | undefined;
}

export function createExecutionStore(db: Database) {
  type TaskKey = { readonly accountId: string; readonly jobId: string; readonly taskId: string };

  const updateTask = (
    { accountId, jobId, taskId }: TaskKey,
    values: Partial<Pick<ExecutionTasksTable, 'status' | 'output' | 'error' | 'started_at' | 'finished_at'>>,
  ): Statement =>
    db.statement(
      db.build
        .updateTable('execution_tasks')
        .set(values)
        .where('job_id', '=', jobId)
        .where('task_id', '=', taskId)
        .where('account_id', '=', accountId),
    );

  /** The job's status, with those that wait for their turn in a batch shown as what they are: queued. */
  const status = sql<string>`case when executions.gate = 'closed' and jobs.status in ('waiting_for_input', 'running') then 'queued' else jobs.status end`;

  /** A job of a batch is taken up once before its turn, to be put to its gate; that is not its start. */
  const startedAt = sql<number | null>`case when executions.batch_id is null then jobs.started_at else
    (select min(task.started_at) from execution_tasks as task where task.job_id = executions.job_id) end`;

  const matching = (accountId: string, filters: ExecutionFilters) => {
    let query = db.build.selectFrom('executions').where('executions.account_id', '=', accountId);
    const { crewId, batchId } = filters;
    if (crewId !== undefined) query = query.where('executions.crew_id', '=', crewId);
    if (batchId !== undefined) query = query.where('executions.batch_id', '=', batchId);
    return query;
  };

  const withJobs = (accountId: string, filters: ExecutionFilters) => {
    const query = matching(accountId, filters)
      .innerJoin('jobs', 'jobs.id', 'executions.job_id')
      .where('jobs.account_id', '=', accountId);
    if (filters.status === undefined) return query;
    // Few jobs are open, and they have an index of their own.
    const isOver = sql<SqlBool>`jobs.finished_at is ${sql.raw(OPEN.has(filters.status) ? 'null' : 'not null')}`;
    return query.where(isOver).where(status, '=', filters.status);
  };

  const USAGE = [
    ...(['input_tokens', 'cached_tokens', 'output_tokens', 'reasoning_tokens'] as const),
    'cost_nano_usd',
  ] as const;

  const COLUMNS = [
    'executions.job_id',
    'executions.crew_id',
    'executions.batch_id',
    'executions.rerun_of',
    'executions.inputs',
    'executions.progress',
    'executions.current_task',
    'executions.created_at',
    ...USAGE.map((column) => `executions.${column}` as const),
    'jobs.error_code',
    'jobs.error_message',
    'jobs.finished_at',
    startedAt.as('started_at'),
  ] as const;

  async function toExecutions(accountId: string, rows: readonly Row[]): Promise<Execution[]> {
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
    return rows.map((row) =>
      toExecution(
        row,
        tasks.filter((task) => task.job_id === row.job_id),
      ),
    );
  }

  /** Adds to the sums of a row. */
  const adding = (usage: ExecutionUsage) => ({
    input_tokens: sql<number>`input_tokens + ${usage.inputTokens}`,
    cached_tokens: sql<number>`cached_tokens + ${usage.cachedTokens}`,
    output_tokens: sql<number>`output_tokens + ${usage.outputTokens}`,
    reasoning_tokens: sql<number>`reasoning_tokens + ${usage.reasoningTokens}`,
    cost_nano_usd: sql<bigint>`cost_nano_usd + ${usage.costNanoUsd}`,
  });

  return {
    /** Refused by the guard `crew exists` once the crew is gone, unless the job repeats an older one. */
    insertExecution(job: NewExecution): Statement {
      const { jobId, accountId, crewId, batchId = null, rerunOf = null, now } = job;
      const values = sql<string>`${jobId}, ${accountId}, ${crewId}, ${batchId}, ${rerunOf}, ${JSON.stringify(job.inputs)}, ${job.isGated ? 'closed' : 'open'}, ${now}`;
      const columns = sql`insert into executions (job_id, account_id, crew_id, batch_id, rerun_of, inputs, gate, created_at)`;
      const query =
        rerunOf === null
          ? sql`${columns} select ${values} from crews where id = ${crewId} and account_id = ${accountId} and deleted_at is null`
          : sql`${columns} values (${values})`;
      return db.statement({ compile: () => query.compile(db.build) }, CREW);
    },

    insertTasks(
      accountId: string,
      jobId: string,
      tasks: readonly NewExecutionTask[],
      now: number,
    ): Statement[] {
      return tasks.map((task) =>
        db.statement(
          db.build.insertInto('execution_tasks').values({
            ...{ job_id: jobId, task_id: task.taskId, account_id: accountId, position: task.position },
            ...{ name: task.name, description: task.description },
            ...{ agent_id: task.agentId ?? null, agent_name: task.agentName },
            status: task.kept === undefined ? 'pending' : 'completed',
            kept: task.kept === undefined ? 0 : 1,
            output: task.kept ?? null,
            finished_at: task.kept === undefined ? null : now,
          }),
        ),
      );
    },

    startTask: (key: TaskKey, now: number) => updateTask(key, { status: 'running', started_at: now }),
    /** `running` again, or `waiting_for_input`. */
    setTaskStatus: (key: TaskKey, to: 'running' | 'waiting_for_input') => updateTask(key, { status: to }),
    completeTask: (key: TaskKey, output: string, now: number) =>
      updateTask(key, { status: 'completed', output, finished_at: now }),
    failTask: (key: TaskKey, error: string, output: string | undefined, now: number) =>
      updateTask(key, { status: 'failed', error, output: output ?? null, finished_at: now }),

    setProgress(accountId: string, jobId: string, progress: number, currentTask: string | null): Statement {
      return db.statement(
        db.build
          .updateTable('executions')
          .set({ progress: sql<number>`max(progress, ${progress})`, current_task: currentTask })
          .where('job_id', '=', jobId)
          .where('account_id', '=', accountId),
      );
    },

    /** What a call of a job has used; `taskId` may be what is no task, such as the drawing of insights. */
    addUsage({ accountId, jobId, taskId }: TaskKey, usage: ExecutionUsage): Statement[] {
      return [
        db.statement(
          db.build
            .updateTable('executions')
            .set(adding(usage))
            .where('job_id', '=', jobId)
            .where('account_id', '=', accountId),
        ),
        db.statement(
          db.build
            .updateTable('execution_tasks')
            .set(adding(usage))
            .where('job_id', '=', jobId)
            .where('task_id', '=', taskId)
            .where('account_id', '=', accountId),
        ),
      ];
    },

    openGate(accountId: string, jobId: string): Statement {
      return db.statement(
        db.build
          .updateTable('executions')
          .set({ gate: 'open' })
          .where('job_id', '=', jobId)
          .where('account_id', '=', accountId),
      );
    },

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

    /** What of a job's tasks had not ended when the job did. */
    endTasks(accountId: string, jobId: string, now: number): Statement[] {
      return [
        db.statement(
          db.build
            .updateTable('execution_tasks')
            .set({ status: 'stopped', finished_at: now })
            .where('job_id', '=', jobId)
            .where('account_id', '=', accountId)
            .where('status', 'in', ['pending', 'running', 'waiting_for_input']),
        ),
        db.statement(
          db.build
            .updateTable('executions')
            .set({ current_task: null, gate: 'open' })
            .where('job_id', '=', jobId)
            .where('account_id', '=', accountId),
        ),
      ];
    },

    async find(accountId: string, jobId: string): Promise<Execution | undefined> {
      const row = await db.first(
        withJobs(accountId, {})
          .select(COLUMNS)
          .select(status.as('status'))
          .where('executions.job_id', '=', jobId),
      );
      return row && (await toExecutions(accountId, [row]))[0];
    },

    /** The newest first. */
    async list(
      accountId: string,
      filters: ExecutionFilters,
      page: PageRequest,
    ): Promise<{ items: Execution[]; total: number }> {
      const rows = await db.all(
        withJobs(accountId, filters)
          .select(COLUMNS)
          .select(status.as('status'))
          .orderBy('executions.created_at', 'desc')
          .orderBy('executions.job_id', 'desc')
          .limit(page.limit)
          .offset(pageOffset(page)),
      );
      const counted = await db.first(
        (filters.status === undefined ? matching(accountId, filters) : withJobs(accountId, filters)).select(
          sql<number>`count(*)`.as('total'),
        ),
      );
      return { items: await toExecutions(accountId, rows), total: Number(counted?.total ?? 0) };
    },

    /** Its progress and what it has cost so far. */
    async readState(accountId: string, jobId: string): Promise<{ progress: number; costNanoUsd: bigint }> {
      const row = await db.first(
        db.build
          .selectFrom('executions')
          .select(['progress', 'cost_nano_usd'])
          .where('job_id', '=', jobId)
          .where('account_id', '=', accountId),
      );
      return { progress: row?.progress ?? 0, costNanoUsd: row?.cost_nano_usd ?? 0n };
    },

    /** Ids of the jobs of a crew, or of a batch, that have not ended; the oldest first. */
    async openJobs(
      accountId: string,
      filters: ExecutionFilters,
    ): Promise<{ jobId: string; status: JobStatus; isGated: boolean }[]> {
      const rows = await db.all(
        withJobs(accountId, filters)
          .select(['executions.job_id', 'executions.gate'])
          .select(status.as('status'))
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
          .select(['jobs.finished_at', startedAt.as('started_at')])
          .where('jobs.status', '=', 'completed')
          .orderBy('executions.created_at', 'desc')
          .limit(PAST_JOBS),
      );
      return rows.map((row) => (row.finished_at ?? 0) - (row.started_at ?? row.finished_at ?? 0));
    },

    /** In order. */
    async traces(accountId: string, jobId: string, page: PageRequest | undefined): Promise<Trace[]> {
      let query = db.build
        .selectFrom('job_events')
        .select(['data', 'at'])
        .where('job_id', '=', jobId)
        .where('account_id', '=', accountId)
        .where('type', '=', 'trace')
        .orderBy('seq');
      if (page) query = query.limit(page.limit).offset(pageOffset(page));
      return (await db.scan(query)).map(({ data, at }) => toTrace(JSON.parse(data), at));
    },

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

    /** Batches in which a job waits for its turn, of all accounts: for the start of the process. */
    async batchesWithGatedJobs(): Promise<{ accountId: string; batchId: string }[]> {
      const rows = await db.all(
        db.build
          .selectFrom('executions')
          .innerJoin('jobs', 'jobs.id', 'executions.job_id')
          .select(['executions.account_id', 'executions.batch_id'])
          .distinct()
          .where('executions.batch_id', 'is not', null)
          .where('executions.gate', '=', 'closed')
          .where(sql<SqlBool>`jobs.finished_at is null`),
      );
      return rows.map((row) => ({ accountId: row.account_id, batchId: row.batch_id ?? '' }));
    },
  };
}

/** A trace event's data with the time at which it was kept. */
function toTrace(data: JsonObject, at: number): Trace {
  const { agent, action, result, ...rest } = data;
  return {
    timestamp: isoTime(at),
    agent: String(agent ?? ''),
    action: String(action ?? ''),
    result: String(result ?? ''),
    ...rest,
  };
}

type Usage = Selectable<
  Pick<
    ExecutionsTable,
    'input_tokens' | 'cached_tokens' | 'output_tokens' | 'reasoning_tokens' | 'cost_nano_usd'
  >
>;
type TaskRow = Selectable<ExecutionTasksTable>;
type Row = Usage &
  Pick<
    ExecutionsTable,
    'job_id' | 'crew_id' | 'batch_id' | 'rerun_of' | 'inputs' | 'progress' | 'current_task' | 'created_at'
  > & {
    readonly status: string;
    readonly error_code: string | null;
    readonly error_message: string | null;
    readonly started_at: number | null;
    readonly finished_at: number | null;
  };

function toExecution(row: Row, tasks: readonly TaskRow[]): Execution {
  const outputs = tasks.map(toOutput);
  const isOver = row.finished_at !== null;
  return {
    jobId: row.job_id,
    crewId: row.crew_id,
    batchId: row.batch_id ?? undefined,
    rerunOf: row.rerun_of ?? undefined,
    // The column holds nothing else.
    status: row.status as JobStatus,
    progress: row.status === 'completed' ? 100 : row.progress,
    currentTask: row.current_task ?? undefined,
    createdAt: row.created_at,
    startedAt: row.started_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
    inputs: JSON.parse(row.inputs),
    result: isOver
      ? outputs.findLast(({ status, output }) => status === 'completed' && output !== undefined)?.output
      : undefined,
    tasks: outputs,
    error: row.error_code === null ? undefined : { code: row.error_code, message: row.error_message ?? '' },
    usage: toUsage(row),
  };
}

function toOutput(task: TaskRow): TaskOutput {
  return {
    taskId: task.task_id,
    name: task.name,
    description: task.description,
    agentId: task.agent_id ?? undefined,
    agent: task.agent_name,
    // The column holds nothing else.
    status: task.status as TaskOutput['status'],
    isKept: task.kept === 1,
    output: task.output ?? undefined,
    error: task.error ?? undefined,
    startedAt: task.started_at ?? undefined,
    finishedAt: task.finished_at ?? undefined,
    usage: toUsage(task),
  };
}

function toUsage(row: Usage): ExecutionUsage {
  return {
    inputTokens: row.input_tokens,
    cachedTokens: row.cached_tokens,
    outputTokens: row.output_tokens,
    reasoningTokens: row.reasoning_tokens,
    costNanoUsd: row.cost_nano_usd,
  };
}
