export interface EngineTables {
  jobs: JobsTable;
  job_steps: JobStepsTable;
  job_events: JobEventsTable;
}

/** A durable job (src/engine). Who runs it writes under `epoch` only; whoever takes it over raises it. */
export interface JobsTable {
  id: string;
  account_id: string;
  kind: string;
  /** queued, running, waiting_for_input, completed, failed, stopped */
  status: string;
  /** JSON. */
  input: string;
  result: string | null;
  error_code: string | null;
  error_message: string | null;
  epoch: number;
  /** The engine that has claimed it, until `lease_until`; null when nobody has. */
  owner: string | null;
  lease_until: number | null;
  /** From 1; counts errors after which it was tried again. */
  attempt: number;
  /** How often the process died while it ran, since its last finished step. */
  crashes: number;
  /** A queued job does not start before this. One that waits for an answer has done so since. */
  available_at: number;
  /** How long it has waited for answers, the running wait not counted. */
  waited_ms: number;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  /** Of its events and steps: whole (null), being removed (1), gone (2). */
  trace_state: number | null;
}

export interface JobStepsTable {
  job_id: string;
  name: string;
  account_id: string;
  /** Steps of one scope are asked for in the same order whenever the job runs; `position` is the place there. */
  scope: string;
  position: number;
  /** started, finished, failed, waiting (for a person), answered */
  state: string;
  /** How often it is known to have begun. */
  attempts: number;
  /** engine/values.ts: what it returned or threw, what is asked, or the answer, by its state. */
  value: string | null;
  at: number;
}

/** What a job tells its watchers: dense from 1 for each job. */
export interface JobEventsTable {
  job_id: string;
  seq: number;
  account_id: string;
  type: string;
  /** JSON object. */
  data: string;
  at: number;
}
