import { type Selectable, sql } from 'kysely';
import type { ExecutionsTable, ExecutionTasksTable } from '../../../db/index.ts';
import type { JobStatus } from '../../../engine/index.ts';
import { isoTime } from '../../../lib/clock.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { Execution, ExecutionUsage, TaskOutput, Trace } from '../types.ts';

/** The job's status, with those that wait for their turn in a batch shown as what they are: queued. */
export const STATUS = sql<string>`case when executions.gate = 'closed' and jobs.status in ('waiting_for_input', 'running') then 'queued' else jobs.status end`;

/** A job of a batch is taken up once before its turn, to be put to its gate; that is not its start. */
export const STARTED_AT = sql<number | null>`case when executions.batch_id is null then jobs.started_at else
  (select min(task.started_at) from execution_tasks as task where task.job_id = executions.job_id) end`;

/** Of deleted crews too: their jobs are kept. */
const CREW_NAME = sql<string>`coalesce((select crews.name from crews
  where crews.id = executions.crew_id and crews.account_id = executions.account_id), '')`;

const USAGE = [
  ...(['input_tokens', 'cached_tokens', 'output_tokens', 'reasoning_tokens'] as const),
  'cost_nano_usd',
] as const;

/** What a row has, beside its status. */
export const COLUMNS = [
  'executions.job_id',
  'executions.crew_id',
  'executions.batch_id',
  'executions.rerun_of',
  'executions.inputs',
  'executions.progress',
  'executions.current_task',
  'executions.created_at',
  ...USAGE.map((column) => `executions.${column}` as const),
  'executions.max_cost_nano_usd',
  'jobs.error_code',
  'jobs.error_message',
  'jobs.finished_at',
  STARTED_AT.as('started_at'),
  CREW_NAME.as('crew_name'),
] as const;

/** A trace event's data with the time at which it was kept. */
export function toTrace(data: JsonObject, at: number): Trace {
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
export type TaskRow = Selectable<ExecutionTasksTable>;
export type ExecutionRow = Usage &
  Pick<
    ExecutionsTable,
    'job_id' | 'crew_id' | 'batch_id' | 'rerun_of' | 'inputs' | 'progress' | 'current_task' | 'created_at'
  > & {
    readonly max_cost_nano_usd: bigint | null;
    readonly status: string;
    readonly crew_name: string;
    readonly error_code: string | null;
    readonly error_message: string | null;
    readonly started_at: number | null;
    readonly finished_at: number | null;
  };

export function toExecution(row: ExecutionRow, tasks: readonly TaskRow[]): Execution {
  const outputs = tasks.map(toOutput);
  const isOver = row.finished_at !== null;
  return {
    jobId: row.job_id,
    crewId: row.crew_id,
    crewName: row.crew_name,
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
    maxCostNanoUsd: row.max_cost_nano_usd ?? undefined,
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
