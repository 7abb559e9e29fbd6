import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Statement } from '../../db/index.ts';
import { MusterError } from '../../lib/errors.ts';
import { engineErrors } from '../errors.ts';
import { ClaimLost, HandedOver, Suspended } from '../interrupts.ts';
import { DEFAULT_RETRY, isFinal, retryDelayMs, TerminalError } from '../retry.ts';
import type { JobEvent, JobOutcome } from '../types.ts';
import type { CarriedRun, RunEnd, RunRecord } from './carrier.ts';
import { endJob } from './end-job.ts';
import { failureOf } from './failure.ts';
import { createJobSteps, type StepHost, type StepPlace } from './job-steps.ts';
import { CUT, RunHalt } from './run-halt.ts';
import { RunLog } from './run-log.ts';
import type { ClaimedJob, RunDeps } from './run-types.ts';
import { StepHistory } from './step-history.ts';
import type { Claim, StepState } from './store.ts';

type Settled = { readonly outcome: JobOutcome } | { readonly error: unknown };

/** One run of a job's handler under one claim, from its top to its end, wait or handing over. */
export class JobRun implements StepHost, CarriedRun {
  readonly jobId: string;
  readonly history: StepHistory;
  /**
   * Resolves when what becomes of the job is on disk, or is no longer this run's to say: whether it has ended here. Never
   * rejects.
   */
  readonly done: Promise<'ended' | 'open'>;
  readonly #deps: RunDeps;
  readonly #job: ClaimedJob;
  readonly #halt: RunHalt;
  readonly #log: RunLog;
  readonly #underWay = new Map<string, StepPlace>();
  readonly #waits = new Set<string>();
  #onIdle: (() => void) | undefined;
  #wakeAt: number | undefined;
  #hasEnded = false;

  /** `onProven` is called when a job that was lost before gets something done. */
  constructor(deps: RunDeps, job: ClaimedJob, onProven: () => void) {
    this.#deps = deps;
    this.#job = job;
    this.jobId = job.claim.jobId;
    this.history = new StepHistory(job.steps);
    this.#halt = new RunHalt(
      deps,
      () => this.#underWay.size === 0,
      () => this.#log.close(),
    );
    this.#log = new RunLog(deps, job, this.#halt, this.#underWay, onProven);
    this.done = deps.carrier
      .carry(this)
      .catch((err: unknown) => {
        if (err instanceof ClaimLost) return;
        // The job stays as it is in the store, and the next process takes it up.
        deps.log.error({ err, jobId: this.jobId }, 'What becomes of a job could not be kept');
        this.#halt.leave();
      })
      .then(() => (this.#hasEnded ? 'ended' : 'open'));
  }

  get claim(): Claim {
    return this.#job.claim;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get signal(): AbortSignal {
    return this.#halt.signal;
  }

  isLeft(): boolean {
    return this.#halt.isLeft;
  }

  /** Aborts what runs; the job is stopped when `done` resolves, unless its end was already being written. */
  stop(): void {
    this.#halt.stop();
  }

  /** Lets running steps finish and begins none; `cutOff` ends that. */
  handOver(): void {
    this.#halt.handOver();
  }

  cutOff(): void {
    this.#halt.cutOff();
  }

  /** Somebody else has the job: nothing that is still done here counts. */
  lose(): ClaimLost {
    return this.#halt.lose();
  }

  now(): number {
    return this.#deps.clock.now();
  }

  random(): number {
    return this.#deps.random();
  }

  hit(fault: string): void {
    this.#deps.faults.hit(fault);
  }

  check(): void {
    this.#halt.check();
  }

  async mayBegin(): Promise<void> {
    const { presence } = this.#deps;
    // Stopped for a while, or cut off from the database: the job may have been taken over.
    if (!presence.isHeld()) await presence.whenHeld();
    this.check();
  }

  async track<T>(place: StepPlace, work: () => Promise<T>): Promise<T> {
    this.#underWay.set(place.name, place);
    try {
      return await work();
    } finally {
      this.#underWay.delete(place.name);
      if (this.#underWay.size === 0) this.#onIdle?.();
    }
  }

  readValue(name: string): Promise<unknown> {
    return this.#log.readValue(name);
  }

  save(
    place: StepPlace,
    state: StepState,
    value: string | null,
    events: readonly JobEvent[] = [],
    statements: readonly Statement[] = [],
  ): Promise<void> {
    return this.#log.save(place, state, value, events, statements);
  }

  unbegin(place: StepPlace): void {
    this.#log.unbegin(place);
  }

  /** What has to be written with it when somebody else lets the job be tried again. */
  leftovers(): readonly Statement[] {
    return this.#log.unbegunStatements();
  }

  live(step: string, event: JobEvent): void {
    if (!this.#halt.isDecided) this.#log.live(step, event);
  }

  suspend(why: { readonly wait: string } | { readonly until: number }): Suspended {
    if ('wait' in why) {
      this.#waits.add(why.wait);
      return new Suspended(`The job waits for '${why.wait}'`);
    }
    this.#wakeAt = Math.min(this.#wakeAt ?? why.until, why.until);
    return new Suspended('The job waits for a time');
  }

  pause(ms: number): Promise<void> {
    return this.#halt.pause(ms);
  }

  async begin(record: RunRecord): Promise<RunEnd> {
    const halt = this.#halt;
    if (halt.isLeft) throw new ClaimLost();
    this.#log.begin(record);
    this.hit('job.claimed');
    const work = this.#callHandler();
    halt.called();
    let settled: Settled | typeof CUT = await Promise.race([work, halt.cut]);
    if (settled !== CUT && 'error' in settled && !isRest(settled.error)) {
      // Branches beside the one that failed must not go on.
      halt.abort(settled.error);
    }
    while (this.#underWay.size > 0 && settled !== CUT) {
      const idle = new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
      if ((await Promise.race([idle, halt.cut])) === CUT) break;
      // A branch that goes on begins its next step in this turn.
      await nextTurn();
    }
    if (halt.isLeft) throw new ClaimLost();
    halt.decide();
    settled = this.#checked(settled);
    const end = await this.#settle(settled);
    halt.leave();
    return end;
  }

  async #callHandler(): Promise<Settled> {
    const { claim, kind, input, attempt, waitedMs } = this.#job;
    try {
      const outcome = await kind.run({
        id: claim.jobId,
        accountId: claim.accountId,
        input,
        attempt,
        waitedMs,
        signal: this.signal,
        steps: createJobSteps(this),
      });
      return { outcome };
    } catch (error) {
      return { error };
    }
  }

  /** A handler that returned must have asked for all that was finished, and not passed over a wait. */
  #checked(settled: Settled | typeof CUT): Settled | typeof CUT {
    if (settled === CUT || 'error' in settled || this.#halt.isStopped) return settled;
    try {
      this.history.checkAllAsked();
    } catch (error) {
      return { error };
    }
    if (this.#waits.size === 0 && this.#wakeAt === undefined) return settled;
    const message = `The job ended although it waits for '${[...this.#waits].join("', '")}'.`;
    return { error: new TerminalError(engineErrors.wait_ignored.code, message) };
  }

  async #settle(settled: Settled | typeof CUT): Promise<RunEnd> {
    const { interrupt, isStopped } = this.#halt;
    const outcome = settled !== CUT && 'outcome' in settled ? settled.outcome : undefined;
    if (isStopped) return this.#end({ status: 'stopped', result: outcome?.result }, {});
    if (outcome) return this.#end({ status: 'completed', result: outcome.result }, outcome);
    const error = settled !== CUT && 'error' in settled ? settled.error : interrupt;
    if (error instanceof Suspended) return this.#rest();
    if (interrupt instanceof HandedOver) return this.#requeue(this.now(), this.#job.attempt);
    return this.#retryOrFail(error);
  }

  async #end(...[end, outcome]: [Parameters<typeof endJob>[2], JobOutcome]): Promise<RunEnd> {
    const { claim, input, kind } = this.#job;
    this.hit('job.before-finish');
    const events = this.#log.takeLive();
    const written = await endJob(this.#deps, { claim, from: 'running', input, kind, events }, end, outcome);
    if (written === 'lost') throw this.lose();
    this.#hasEnded = true;
    this.hit('job.after-finish');
    this.#deps.hub.ended(this.jobId);
    return written;
  }

  async #retryOrFail(error: unknown): Promise<RunEnd> {
    const { kind, attempt } = this.#job;
    const final = isFinal(error);
    const delayMs = final ? undefined : retryDelayMs(kind.retry ?? DEFAULT_RETRY, attempt, this.#deps.random);
    const { jobId } = this;
    if (delayMs === undefined) {
      if (!final) this.#deps.log.error({ err: error, jobId, attempt }, 'A job failed');
      return this.#end({ status: 'failed', ...failureOf(error) }, {});
    }
    const asked = error instanceof MusterError ? (error.details.retryAfterMs ?? 0) : 0;
    const pauseMs = Math.ceil(Math.max(delayMs, asked));
    this.#deps.log.warn({ err: error, jobId, attempt, pauseMs }, 'A job is tried again');
    return this.#requeue(this.now() + pauseMs, attempt + 1);
  }

  async #requeue(availableAt: number, attempt: number): Promise<RunEnd> {
    const { store } = this.#deps;
    await this.#log.park(() => store.requeue({ ...this.claim, availableAt, attempt }));
    return 'rests';
  }

  async #rest(): Promise<RunEnd> {
    this.hit('job.before-rest');
    const { store } = this.#deps;
    const rest = (now: number): Statement =>
      store.suspend({
        ...this.claim,
        waits: this.#waits.size,
        idleStatus: this.#wakeAt === undefined ? 'waiting_for_input' : 'queued',
        idleAt: this.#wakeAt ?? now,
        now,
      });
    await this.#log.park(rest, store.lockJob(this.claim));
    return 'rests';
  }
}

/** The handler has left off because it was told to: what its branches have under way is let finish. */
function isRest(error: unknown): boolean {
  return error instanceof Suspended || error instanceof HandedOver;
}
