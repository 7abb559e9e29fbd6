import type { Generated } from 'kysely';

export interface CrewsTables {
  crews: CrewsTable;
  tasks: TasksTable;
  executions: ExecutionsTable;
  execution_tasks: ExecutionTasksTable;
  execution_batches: ExecutionBatchesTable;
}

export interface CrewsTable {
  id: string;
  account_id: string;
  name: string;
  /** JSON (crews/crew-config.ts). Its agents are those with its id, its tasks likewise. */
  config: string;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

export interface TasksTable {
  id: string;
  account_id: string;
  crew_id: string | null;
  agent_id: string | null;
  /** Its place in the crew. */
  position: number;
  /** JSON (crews/task-config.ts). */
  config: string;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

/** What the list of a crew's jobs shows beside the job itself; written with the job's own steps. */
export interface ExecutionsTable {
  job_id: string;
  account_id: string;
  crew_id: string;
  batch_id: string | null;
  /** The job whose outputs it started from. */
  rerun_of: string | null;
  /** JSON object. */
  inputs: string;
  /** 0 to 99; the job's status says when it is 100. */
  progress: number;
  current_task: string | null;
  /** `closed`: waits for its turn in its batch, and counts as queued meanwhile. */
  gate: string;
  /** What it may cost; null: as much as there is credit. */
  max_cost_nano_usd: Generated<bigint | null>;
  /** The job's status once it has ended; null before. */
  outcome: Generated<string | null>;
  created_at: number;
  /** Of all that the job has done; a task's own lie with the task. */
  input_tokens: Generated<number>;
  cached_tokens: Generated<number>;
  output_tokens: Generated<number>;
  reasoning_tokens: Generated<number>;
  cost_nano_usd: Generated<bigint>;
}

export interface ExecutionTasksTable {
  job_id: string;
  task_id: string;
  account_id: string;
  position: number;
  name: string;
  description: string;
  /** Null: the manager chooses. */
  agent_id: string | null;
  agent_name: string;
  /** pending, running, waiting_for_input, completed, failed, stopped */
  status: string;
  /** 1: the output is that of an earlier job. */
  kept: number;
  output: string | null;
  /** Why it failed, for people. */
  error: string | null;
  started_at: number | null;
  finished_at: number | null;
  input_tokens: Generated<number>;
  cached_tokens: Generated<number>;
  output_tokens: Generated<number>;
  reasoning_tokens: Generated<number>;
  cost_nano_usd: Generated<bigint>;
}

export interface ExecutionBatchesTable {
  id: string;
  account_id: string;
  crew_id: string;
  /** Of its jobs, how many may run at once. */
  concurrency: number;
  created_at: number;
}
