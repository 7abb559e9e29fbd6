import type { Statement } from '../db/index.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import type { Page, PageRequest } from '../lib/page.ts';
import type { RetryPolicy } from './retry.ts';
import type { StepOptions, StepOutcome, Steps } from './steps.ts';

export type JobStatus = 'queued' | 'running' | 'waiting_for_input' | 'completed' | 'failed' | 'stopped';
export type FinalStatus = 'completed' | 'failed' | 'stopped';

/** Something that a job tells its watchers. The type `job_status` with a final status is the engine's own. */
export interface JobEvent {
  readonly type: string;
  readonly data: JsonObject;
}

/** `seq` is dense from 1 for each job; `at` is when it was kept. */
export interface StoredEvent extends JobEvent {
  readonly seq: number;
  readonly at: number;
}

/** What a job waits for. `answer` with its name lets the job go on. */
export interface OpenWait {
  readonly name: string;
  readonly scope: string;
  /** An unknown outcome takes an UnknownOutcomeDecision as its answer. */
  readonly reason: 'input' | 'unknown_outcome';
  readonly detail: Json;
  readonly since: number;
}

/** What a person decides about a step that may or may not have taken effect. */
export type UnknownOutcomeDecision =
  | { readonly action: 'retry' }
  /** The step counts as finished with this value. */
  | { readonly action: 'result'; readonly value: Json }
  | { readonly action: 'fail'; readonly reason?: string };

export interface JobRecord {
  readonly id: string;
  readonly accountId: string;
  readonly kind: string;
  readonly status: JobStatus;
  readonly input: Json;
  /** What the handler returned. */
  readonly result: Json | undefined;
  readonly error: { readonly code: string; readonly message: string } | undefined;
  readonly attempt: number;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
}

export interface NewJob {
  readonly id: string;
  readonly accountId: string;
  readonly kind: string;
  readonly input: Json;
  /** Not before this time. */
  readonly availableAt?: number;
}

export interface JobStepOutcome<T> extends StepOutcome<T> {
  /** Kept, and told to watchers, together with the value; behind those of JobStepContext.emit. */
  readonly events?: readonly JobEvent[];
}

/** What a running step is given. */
export interface JobStepContext {
  /** Equal for every try of this step of this job, in this process and later ones. */
  readonly idempotencyKey: string;
  /** From 1. Above 1: it is known to have begun before, and live events of that try are in the log. */
  readonly attempt: number;
  readonly signal: AbortSignal;
  /** Kept with the step's value, once. */
  emit(event: JobEvent): void;
  /** Told soon and kept, whether or not the step ever finishes: words as they come. Neighbouring ones may be joined. */
  live(event: JobEvent): void;
}

export interface WaitOptions {
  /** Told once, when the wait begins: whoever sees them can answer. */
  readonly events?: readonly JobEvent[];
  /** Kept with it. */
  readonly statements?: readonly Statement[];
  /** For whoever lists open waits. */
  readonly detail?: Json;
}

export interface JobSteps extends Steps {
  /**
   * The value of `run`, from the store when it finished before. Resolves once value, events and statements are on
   * disk. Rejects with what `run` threw; with a TerminalError when the stored state refused the statements.
   */
  step<T>(
    name: string,
    run: (step: JobStepContext) => Promise<JobStepOutcome<T>>,
    options?: StepOptions,
  ): Promise<T>;
  /** Tells watchers something exactly once, however often the job is taken up again. Named like a step. */
  emit(name: string, events: readonly JobEvent[]): Promise<void>;
  /**
   * The answer that somebody gave to this wait. Until there is one it rejects with a Suspended error, which must leave
   * the handler: the job then waits, in nobody's memory, and the handler is run again from its top.
   */
  waitFor(name: string, options?: WaitOptions): Promise<Json>;
  /** Resolves when the clock is past `at`, in the same way. What counts is the `at` of the first time. */
  sleepUntil(name: string, at: number): Promise<void>;
  within(scope: string): JobSteps;
}

export interface JobContext {
  readonly id: string;
  readonly accountId: string;
  readonly input: Json;
  /** From 1; counts the tries after errors, not the runs after waits, restarts and crashes. */
  readonly attempt: number;
  /** How long it has waited for answers until now, while nothing of it could go on. */
  readonly waitedMs: number;
  /** Fires when the job is stopped, lost to another engine, or out of time at a shutdown. */
  readonly signal: AbortSignal;
  readonly steps: JobSteps;
}

export interface JobOutcome {
  readonly result?: Json;
  /** Told before the final `job_status`. */
  readonly events?: readonly JobEvent[];
  readonly statements?: readonly Statement[];
}

/** How a job ends. `result` of a stopped job is what its handler returned in time, if it did. */
export type JobEnd =
  | { readonly status: 'completed'; readonly result: Json | undefined }
  | { readonly status: 'failed'; readonly code: string; readonly message: string }
  | { readonly status: 'stopped'; readonly result: Json | undefined };

export interface JobKind {
  /**
   * Runs from its top whenever the job is taken up; finished steps answer from the store. It touches the outside only
   * through `job.steps`. Branches that go on side by side are joined by `joinBranches`.
   */
  run(job: JobContext): Promise<JobOutcome>;
  /**
   * What is to be kept and told together with the end, whatever the end is and whoever caused it: holds released, a
   * projection brought up to date. May be asked more than once; has to be quick and must not touch the outside.
   */
  onEnd?(job: Pick<JobRecord, 'id' | 'accountId' | 'input'>, end: JobEnd): Promise<EndEffects> | EndEffects;
  /**
   * What is to be kept together with events of a running job, told in order: another projection of them. Not asked for
   * live events, nor for those of the end, which is onEnd's. Has to be quick and must not touch the outside.
   */
  onEvents?(
    job: Pick<JobRecord, 'id' | 'accountId' | 'input'>,
    events: readonly JobEvent[],
  ): readonly Statement[];
  /** For errors of `run` that may be retried. */
  readonly retry?: RetryPolicy;
}

export interface EndEffects {
  readonly events?: readonly JobEvent[];
  readonly statements?: readonly Statement[];
}

export interface JobListener {
  /**
   * Events in order, none left out, none twice. While a returned promise is pending nothing more is delivered and
   * nothing is kept in memory for this listener; it then goes on where it was.
   */
  onEvents(events: readonly StoredEvent[]): void | Promise<void>;
  /** After the final event. */
  onEnd?(): void;
  /** Reading the log failed; the subscription is over. */
  onError?(error: Error): void;
}

export interface Subscription {
  /** The newest event at the time of subscribing. */
  readonly lastSeq: number;
  close(): void;
}

export interface JobFilter {
  readonly kind?: string;
  readonly statuses?: readonly JobStatus[];
}

/** Durable jobs: what is enqueued runs to one end, whatever dies meanwhile. */
export interface Engine {
  /** Before `start`. Jobs of kinds that nobody registered stay queued. */
  register(kind: string, definition: JobKind): void;
  /** Takes up what the last process left, then runs jobs. */
  start(): Promise<void>;

  /**
   * Resolves when the job (and `statements`, in the same batch) is on disk. Throws DatabaseConflict if the id is taken, and
   * what `refused` says of a guard of the statements that did not hold.
   */
  enqueue(
    job: NewJob & {
      readonly statements?: readonly Statement[];
      readonly refused?: (guard: string) => Error | undefined;
    },
  ): Promise<void>;
  /** For a batch of the caller's own: put `statements` in it, and call `written` once it is on disk. */
  prepareEnqueue(job: NewJob): { readonly statements: readonly Statement[]; written(): void };

  /**
   * For a batch of the caller's own: the statements that remove all that is kept of a job that has ended. A job that goes
   * on keeps everything.
   */
  prepareForget(accountId: string, jobId: string): readonly Statement[];

  get(accountId: string, jobId: string): Promise<JobRecord | undefined>;
  /** Newest first. */
  list(accountId: string, filter: JobFilter, page: PageRequest): Promise<Page<JobRecord>>;
  openWaits(accountId: string, jobId: string): Promise<OpenWait[]>;

  /**
   * Ends a job from any state; resolves when that is on disk. No further step starts, what runs is aborted, and after
   * a short grace the job is over whether or not its handler has returned. A job that has ended is returned as it is.
   */
  stop(accountId: string, jobId: string): Promise<JobRecord | undefined>;
  /**
   * Answers an open wait by its name; resolves when the answer is on disk. An answer is taken once. `also`: further waits
   * that it answers where they are still open; `statements` are kept with it.
   */
  answer(
    accountId: string,
    jobId: string,
    wait: string,
    answer: Json,
    more?: { readonly also?: readonly string[]; readonly statements?: readonly Statement[] },
  ): Promise<'answered' | 'not_waiting' | 'not_found'>;

  /** Every event with a seq above `after`, then those to come. Undefined when the account has no such job. */
  subscribe(
    accountId: string,
    jobId: string,
    after: number,
    listener: JobListener,
  ): Promise<Subscription | undefined>;
  /** The job once it has ended; undefined when the account has no such job. Rejects when the signal fires. */
  waitUntilEnded(accountId: string, jobId: string, signal?: AbortSignal): Promise<JobRecord | undefined>;

  /**
   * Starts no more steps and lets running ones finish for at most `graceMs`; unfinished jobs go back to the queue.
   * Enqueueing still works: the next process runs it.
   */
  drain(graceMs: number): Promise<void>;
  /** Lets go of everything in memory. For after `drain`. */
  close(): void;
}
