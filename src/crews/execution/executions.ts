import type { Statement } from '../../db/index.ts';
import type { JobListener, JobStatus, OpenWait, Subscription } from '../../engine/index.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Page, PageRequest } from '../../lib/page.ts';
import type { PersonsAnswer } from './resume-job.ts';
import type { Execution, ExecutionFilters, PinnedCaller, Trace } from './types.ts';

export interface StartRequest {
  readonly crewId: string;
  readonly inputs: JsonObject;
  readonly caller: PinnedCaller;
  /** Whose memory is used beside the crew's own. */
  readonly endUser?: string | undefined;
  /** Written in one batch with the job. */
  readonly alsoKeep?: readonly Statement[] | undefined;
  /** What it may cost, instead of what the crew says. */
  readonly maxCostNanoUsd?: bigint | undefined;
}

export interface BatchRequest extends Omit<StartRequest, 'inputs'> {
  readonly inputs: readonly JsonObject[];
  readonly concurrency?: number | undefined;
}

export interface StartedJob {
  readonly jobId: string;
  readonly estimatedSeconds: number;
}

export interface RerunRequest {
  /** Id or name of the task from which on all is done again; absent: all. */
  readonly fromTask?: string | undefined;
  /** Instead of those of the old job, one by one. */
  readonly inputs?: JsonObject | undefined;
  /** The crew as it is now, instead of as it was. */
  readonly useCurrentCrew?: boolean | undefined;
  /** Written in one batch with the job. */
  readonly alsoKeep?: readonly Statement[] | undefined;
  readonly maxCostNanoUsd?: bigint | undefined;
  readonly caller: PinnedCaller;
}

export interface Batch {
  readonly id: string;
  readonly crewId: string;
  readonly concurrency: number;
  readonly createdAt: number;
  /** How many jobs it has, by status. */
  readonly counts: Readonly<Record<string, number>>;
  readonly total: number;
  readonly isOpen: boolean;
  readonly costNanoUsd: bigint;
  /** In the order of their inputs. */
  readonly jobs: readonly Execution[];
}

/** Jobs of crews. All throw crew_not_found or job_not_found for an id that the account does not have. */
export interface Executions {
  /** Resolves when the job is on disk. Throws a 400 that names what the crew or its inputs lack. */
  start(accountId: string, request: StartRequest): Promise<StartedJob>;
  /** Throws what `start` would, and starts nothing. */
  check(accountId: string, request: StartRequest): Promise<void>;
  /**
   * A job under an id that the caller chooses, with statements of the caller's in its batch: when a guard of theirs
   * refuses, nothing is started.
   */
  startWith(
    accountId: string,
    jobId: string,
    request: StartRequest,
    along: readonly Statement[],
  ): Promise<'started' | 'refused'>;
  /** The same under an id that the caller chooses: a job of that id that there is already is left as it is. */
  startOnce(accountId: string, jobId: string, request: StartRequest): Promise<void>;
  /** One job for each of `inputs`, of which `concurrency` run at once. All are started or none. */
  startBatch(
    accountId: string,
    request: BatchRequest,
  ): Promise<{ readonly batchId: string; readonly jobIds: readonly string[] }>;
  /** Throws when there is no such batch. */
  requireBatch(accountId: string, batchId: string): Promise<void>;
  /** Without a page with all of its jobs; `brief`: without their tasks. */
  getBatch(
    accountId: string,
    batchId: string,
    options?: { readonly page?: PageRequest | undefined; readonly brief?: boolean | undefined },
  ): Promise<Batch>;
  get(accountId: string, jobId: string): Promise<Execution>;
  /** The same, and what each of its tasks needed. */
  getWhole(accountId: string, jobId: string): Promise<Execution>;
  /** `brief`: without their tasks. */
  list(
    accountId: string,
    filters: ExecutionFilters,
    page: PageRequest,
    options?: { readonly brief?: boolean | undefined },
  ): Promise<Page<Execution>>;
  /** In order; without a page all of them. */
  traces(accountId: string, jobId: string, page?: PageRequest): Promise<Page<Trace>>;
  /** What the job waits for people to say. */
  openWaits(accountId: string, jobId: string): Promise<OpenWait[]>;
  /** Ends it from any state within a second; what it made until then stays. One that has ended is left as it is. */
  stop(accountId: string, jobId: string): Promise<JobStatus>;
  /** Ends all open jobs of a crew. */
  stopAll(accountId: string, crewId: string): Promise<void>;
  /** Answers a task that waits. Throws not_waiting. */
  resume(accountId: string, jobId: string, answer: PersonsAnswer): Promise<JobStatus>;
  /** A new job that takes over the outputs of the tasks before `fromTask`. */
  rerun(accountId: string, jobId: string, request: RerunRequest): Promise<StartedJob>;
  /** Every event with a seq above `after`, then those to come. */
  subscribe(accountId: string, jobId: string, after: number, listener: JobListener): Promise<Subscription>;
  /** Resolves once the job has ended. Rejects when the signal fires. */
  waitUntilEnded(accountId: string, jobId: string, signal?: AbortSignal): Promise<Execution>;
  /** For the start of the process, behind the engine's: batches go on. */
  recover(): Promise<void>;
}
