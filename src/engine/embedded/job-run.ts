import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Presence, Statement } from '../../db/index.ts';
import { MusterError } from '../../lib/errors.ts';
import type { FaultPoints } from '../../lib/fault-points.ts';
import type { Json } from '../../lib/json.ts';
import { engineErrors } from '../errors.ts';
import { ClaimLost, HandedOver, type Interrupt, JobStopped, Suspended } from '../interrupts.ts';
import { DEFAULT_RETRY, isFinal, retryDelayMs, TerminalError } from '../retry.ts';
import type { Timers } from '../timers.ts';
import type { JobEvent, JobKind, JobOutcome } from '../types.ts';
import { decodeValue } from '../values.ts';
import type { CarriedRun, Carrier, RunEnd, RunRecord } from './carrier.ts';
import { type EndDeps, endJob, eventStatements, writeOrRefuse } from './end-job.ts';
import type { EventHub } from './event-hub.ts';
import { failureOf } from './failure.ts';
import { createJobSteps, type StepHost, type StepPlace } from './job-steps.ts';
import { type LiveBatch, LiveEvents } from './live-events.ts';
import { StepHistory } from './step-history.ts';
import { CLAIM, type Claim, type StepRow, type StepState } from './store.ts';

export interface RunDeps extends EndDeps {
  readonly presence: Pick<Presence, 'isHeld' | 'whenHeld'>;
  readonly hub: EventHub;
  readonly carrier: Carrier;
  readonly timers: Timers;
  readonly faults: FaultPoints;
  readonly random: () => number;
  /** How long a handler may take to leave off once its signal has fired. */
  readonly abortGraceMs: number;
}

export interface ClaimedJob {
  readonly claim: Claim;
  readonly kind: JobKind;
  readonly input: Json;
  readonly attempt: number;
  readonly crashes: number;
  readonly waitedMs: number;
  readonly steps: readonly StepRow[];
}

type Settled = { readonly outcome: JobOutcome } | { readonly error: unknown };
const CUT = Symbol('cut');
const NOTHING_LIVE: LiveBatch = { events: [], begun: new Set() };

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
  readonly #abort = new AbortController();
  /** From `begin` on. */
  #record: RunRecord | undefined;
  #isCalled = false;
  #abortWhenCalled: (() => void) | undefined;
  /** Made when a step first tells something live. */
  #live: LiveEvents | undefined;
  readonly #underWay = new Map<string, StepPlace>();
  readonly #waits = new Set<string>();
  readonly #cut = Promise.withResolvers<typeof CUT>();
  #onIdle: (() => void) | undefined;
  #wakeAt: number | undefined;
  /** Why nothing more may begin. */
  #interrupt: Interrupt | undefined;
  /** Nothing that is still done here counts any more. */
  #left = false;
  /** What becomes of the job is decided. */
  #decided = false;
  #hasEnded = false;
  #crashes: number;
  readonly #onProven: () => void;
  #cancelGrace: (() => void) | undefined;

  /** `onProven` is called when a job that was lost before gets something done. */
  constructor(deps: RunDeps, job: ClaimedJob, onProven: () => void) {
    this.#onProven = onProven;
    this.#deps = deps;
    this.#job = job;
    this.#crashes = job.crashes;
    this.jobId = job.claim.jobId;
    this.history = new StepHistory(job.steps);
    this.done = deps.carrier
      .carry(this)
      .catch((err: unknown) => {
        if (err instanceof ClaimLost) return;
        // The job stays as it is in the store, and the next process takes it up.
        deps.log.error({ err, jobId: this.jobId }, 'What becomes of a job could not be kept');
        this.#leave();
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
    return this.#abort.signal;
  }

  isLeft(): boolean {
    return this.#left;
  }

  /** Aborts what runs; the job is stopped when `done` resolves, unless its end was already being written. */
  stop(): void {
    if (this.#decided || this.#interrupt instanceof JobStopped) return;
    this.#interrupt = new JobStopped();
    this.#abortWithGrace();
  }

  /** Lets running steps finish and begins none; `cutOff` ends that. */
  handOver(): void {
    this.#interrupt ??= new HandedOver();
  }

  cutOff(): void {
    if (!this.#decided) this.#abortWithGrace();
  }

  /** Somebody else has the job: nothing that is still done here counts. */
  lose(): ClaimLost {
    const lost = new ClaimLost();
    this.#leave();
    this.#abort.abort(lost);
    return lost;
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
    if (this.#left) throw new ClaimLost();
    if (this.#interrupt) throw this.#interrupt;
    this.#abort.signal.throwIfAborted();
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

  async readValue(name: string): Promise<unknown> {
    const [row] = await this.#deps.store.readStepValue({ ...this.claim, name });
    if (!row) throw new Error(`The kept value of step '${name}' of job ${this.jobId} is gone`);
    return decodeValue(row.value);
  }

  async save(
    place: StepPlace,
    state: StepState,
    value: string | null,
    events: readonly JobEvent[] = [],
    statements: readonly Statement[] = [],
  ): Promise<void> {
    const { store } = this.#deps;
    const { claim } = this;
    const now = this.now();
    const batch: Statement[] = [];
    if (this.#live) batch.push(...this.#liveStatements(now, place.name));
    batch.push(store.saveStep({ ...claim, ...place, state, value, now }));
    if (this.#crashes > 0 && state === 'finished') {
      this.#crashes = 0;
      this.#onProven();
      batch.push(store.clearCrashes(claim));
    }
    if (events.length > 0) {
      this.hit('event.before-append');
      batch.push(...eventStatements(store, claim, events, now));
      batch.push(...this.#projections(events));
    }
    batch.push(...statements);
    await this.#recorded((record) => record.keep(place.name, state, () => this.#write(batch)));
    this.#deps.hub.wake(this.jobId);
  }

  async #recorded(note: (record: RunRecord) => Promise<void>): Promise<void> {
    if (!this.#record) throw new Error(`The run of job ${this.jobId} has not begun`);
    try {
      await note(this.#record);
    } catch (error) {
      throw error instanceof ClaimLost ? this.lose() : error;
    }
  }

  #projections(events: readonly JobEvent[]): readonly Statement[] {
    const { kind, input, claim } = this.#job;
    return kind.onEvents?.({ id: claim.jobId, accountId: claim.accountId, input }, events) ?? [];
  }

  live(step: string, event: JobEvent): void {
    if (this.#decided) return;
    this.#live ??= new LiveEvents(this.#deps.timers, () => this.#sendLive());
    this.#live.add(step, event);
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
    return new Promise((resolve, reject) => {
      const { signal } = this;
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const cancel = this.#deps.timers.after(ms, () => {
        signal.removeEventListener('abort', stop);
        resolve();
      });
      const stop = (): void => {
        cancel();
        reject(signal.reason);
      };
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  async begin(record: RunRecord): Promise<RunEnd> {
    if (this.#left) throw new ClaimLost();
    this.#record = record;
    this.hit('job.claimed');
    const work = this.#callHandler();
    this.#isCalled = true;
    this.#abortWhenCalled?.();
    let settled: Settled | typeof CUT = await Promise.race([work, this.#cut.promise]);
    if (settled !== CUT && 'error' in settled && !isRest(settled.error)) {
      // Branches beside the one that failed must not go on.
      this.#abortWithGrace(settled.error);
    }
    while (this.#underWay.size > 0 && settled !== CUT) {
      const idle = new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
      if ((await Promise.race([idle, this.#cut.promise])) === CUT) break;
      // A branch that goes on begins its next step in this turn.
      await nextTurn();
    }
    if (this.#left) throw new ClaimLost();
    this.#decided = true;
    this.#cancelGrace?.();
    settled = this.#checked(settled);
    const end = await this.#settle(settled);
    this.#leave();
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
    if (settled === CUT || 'error' in settled || this.#interrupt instanceof JobStopped) return settled;
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
    const outcome = settled !== CUT && 'outcome' in settled ? settled.outcome : undefined;
    if (this.#interrupt instanceof JobStopped) {
      return this.#end({ status: 'stopped', result: outcome?.result }, {});
    }
    if (outcome) return this.#end({ status: 'completed', result: outcome.result }, outcome);
    const error = settled !== CUT && 'error' in settled ? settled.error : this.#interrupt;
    if (error instanceof Suspended) return this.#rest();
    if (this.#interrupt instanceof HandedOver) return this.#requeue(this.now(), this.#job.attempt);
    return this.#retryOrFail(error);
  }

  async #end(...[end, outcome]: [Parameters<typeof endJob>[2], JobOutcome]): Promise<RunEnd> {
    const { claim, input, kind } = this.#job;
    this.hit('job.before-finish');
    const { events } = this.#live?.take() ?? NOTHING_LIVE;
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
    await this.#recorded((record) => record.park());
    const now = this.now();
    const { store } = this.#deps;
    const requeue = store.requeue({ ...this.claim, availableAt, attempt });
    await this.#write([...this.#liveStatements(now), requeue]);
    this.#deps.hub.wake(this.jobId);
    return 'rests';
  }

  async #rest(): Promise<RunEnd> {
    this.hit('job.before-rest');
    await this.#recorded((record) => record.park());
    const now = this.now();
    const rest = this.#deps.store.suspend({
      ...this.claim,
      waits: this.#waits.size,
      idleStatus: this.#wakeAt === undefined ? 'waiting_for_input' : 'queued',
      idleAt: this.#wakeAt ?? now,
      now,
    });
    await this.#write([...this.#deps.store.lockJob(this.claim), ...this.#liveStatements(now), rest]);
    this.#deps.hub.wake(this.jobId);
    return 'rests';
  }

  async #sendLive(): Promise<void> {
    this.hit('event.before-append');
    await this.#write(this.#liveStatements(this.now()));
    this.#deps.hub.wake(this.jobId);
  }

  /** What was told live and is not kept yet. Each carries the claim, so that they may stand first in a batch. */
  #liveStatements(now: number, finishing?: string): Statement[] {
    const { events, begun } = this.#live?.take() ?? NOTHING_LIVE;
    const { store } = this.#deps;
    const { claim } = this;
    const marks = [...begun].flatMap((name) => {
      const place = this.#underWay.get(name);
      return place && name !== finishing
        ? [store.saveStep({ ...claim, ...place, state: 'started', value: null, now })]
        : [];
    });
    return [
      ...marks,
      ...events.map(({ type, data }) =>
        store.appendClaimedEvent({ ...claim, type, data: JSON.stringify(data), now }),
      ),
    ];
  }

  async #write(statements: readonly Statement[]): Promise<void> {
    if (this.#left) throw new ClaimLost();
    const refused = await writeOrRefuse(this.#deps, statements);
    if (refused === undefined) return;
    if (refused === CLAIM) throw this.lose();
    this.#deps.log.error({ jobId: this.jobId, guard: refused }, "A step's writes were refused");
    throw new TerminalError(
      engineErrors.step_refused.code,
      'What a step of the job was to leave was refused by the stored state.',
    );
  }

  /** Before the handler is called there is nobody to hear of it: then it is told right after that. */
  #abortWithGrace(reason: unknown = this.#interrupt): void {
    if (this.#isCalled) this.#abort.abort(reason);
    else this.#abortWhenCalled = () => this.#abort.abort(reason);
    this.#cancelGrace ??= this.#deps.timers.after(this.#deps.abortGraceMs, () => this.#cut.resolve(CUT));
  }

  #leave(): void {
    this.#decided = true;
    this.#left = true;
    this.#cancelGrace?.();
    this.#live?.close();
    this.#cut.resolve(CUT);
    if (this.#underWay.size > 0) this.#abort.abort(new ClaimLost());
  }
}

/** The handler has left off because it was told to: what its branches have under way is let finish. */
function isRest(error: unknown): boolean {
  return error instanceof Suspended || error instanceof HandedOver;
}
