import { sql } from 'kysely';
import type { Database, ExecutionTasksTable, Statement } from '../../../db/index.ts';
import type { FinalStatus } from '../../../engine/index.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { CREW } from '../../store.ts';
import type { ExecutionUsage } from '../types.ts';

export interface NewExecution {
  readonly jobId: string;
  readonly accountId: string;
  readonly crewId: string;
  readonly batchId: string | undefined;
  readonly rerunOf: string | undefined;
  readonly inputs: JsonObject;
  readonly isGated: boolean;
  readonly maxCostNanoUsd: bigint | undefined;
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

/** Names a task of a job. */
export interface TaskKey {
  readonly accountId: string;
  readonly jobId: string;
  readonly taskId: string;
}

/** Statements for batches of others: what a job does is kept together with what tells of it. */
export function executionWrites(db: Database) {
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
      const values = sql<string>`${jobId}, ${accountId}, ${crewId}, ${batchId}, ${rerunOf}, ${JSON.stringify(job.inputs)}, ${job.isGated ? 'closed' : 'open'}, ${job.maxCostNanoUsd ?? null}, ${now}`;
      const columns = sql`insert into executions (job_id, account_id, crew_id, batch_id, rerun_of, inputs, gate, max_cost_nano_usd, created_at)`;
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
          .set({
            progress: sql<number>`CASE WHEN progress < ${progress} THEN ${progress} ELSE progress END`,
            current_task: currentTask,
          })
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

    /** Only ever upwards. */
    raiseMaxCost(accountId: string, jobId: string, maxCostNanoUsd: bigint): Statement {
      return db.statement(
        db.build
          .updateTable('executions')
          .set({ max_cost_nano_usd: maxCostNanoUsd })
          .where('job_id', '=', jobId)
          .where('account_id', '=', accountId)
          .where('max_cost_nano_usd', '<', maxCostNanoUsd),
      );
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

    /** What of a job's tasks had not ended when the job did. */
    endTasks(accountId: string, jobId: string, outcome: FinalStatus, now: number): Statement[] {
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
            .set({ current_task: null, gate: 'open', outcome })
            .where('job_id', '=', jobId)
            .where('account_id', '=', accountId),
        ),
      ];
    },
  };
}
