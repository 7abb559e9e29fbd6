import type { Json } from '../../lib/json.ts';
import { Registry } from '../../lib/registry.ts';
import type { JobKind } from '../types.ts';
import { crashLoop, MAX_CRASHES } from './crash-loop.ts';
import { DueTimes } from './due-times.ts';
import { endJob } from './end-job.ts';
import { FairQueue, isSuspect } from './fair-queue.ts';
import { parseStored } from './job-record.ts';
import { JobRun } from './job-run.ts';
import type { ClaimedJob, RunDeps } from './run-types.ts';
import {
  CLAIM,
  type Claim,
  type EngineStore,
  type QueuedJob,
  type StepRow,
  type StepState,
} from './store.ts';

/** Before a job that was lost is taken up again: what ails the database may have passed by then. */
const LOST_PAUSE_MS = 1_000;

export interface SchedulerOptions {
  /** Jobs that run at once, in all and of one account. */
  readonly concurrency: number;
  readonly accountConcurrency: number;
  /** The name of this process at the moment. */
  readonly owner: () => string;
  readonly leaseMs: number;
}

/** A place for one running job; taken before the claim is written. */
interface Slot {
  readonly claim: Claim;
  suspect: boolean;
  run: JobRun | undefined;
  /** Whoever waits for the claim to be decided. */
  readonly decided: ((run: JobRun | undefined) => void)[];
}

/**
 * Claims queued jobs and runs them, within the bounds and fairly between accounts. Woken by what happens (a job comes in,
 * one leaves, a time is reached), never looking by itself.
 */
export class Scheduler {
  readonly #deps: RunDeps;
  readonly #options: SchedulerOptions;
  readonly #kinds: ReadonlyMap<string, JobKind>;
  readonly #running = new Registry<Slot>();
  readonly #ofAccount = new Map<string, number>();
  readonly #queue: FairQueue;
  readonly #due: DueTimes;
  readonly #queuedJobs: ReturnType<EngineStore['prepareQueuedJobs']>;
  #suspects = 0;
  #open = false;
  #empty: (() => void) | undefined;
  #cancelRenewal: (() => void) | undefined;

  constructor(deps: RunDeps, options: SchedulerOptions, kinds: ReadonlyMap<string, JobKind>) {
    this.#deps = deps;
    this.#options = options;
    this.#kinds = kinds;
    this.#queuedJobs = deps.store.prepareQueuedJobs([...kinds.keys()]);
    this.#queue = new FairQueue({
      load: (accountId, limit) => this.#load(accountId, limit),
      onReady: () => this.#fill(),
    });
    this.#due = new DueTimes(deps.clock, deps.timers, (accountIds) => {
      for (const accountId of accountIds) this.#queue.refresh(accountId);
      this.#fill();
    });
  }

  async start(): Promise<void> {
    this.#open = true;
    this.#scheduleRenewal();
    await this.lookForJobs();
  }

  /** The run of a job, waited for while its claim is being written. Undefined when it does not run here. */
  async running(jobId: string): Promise<JobRun | undefined> {
    const slot = this.#running.get(jobId);
    if (!slot || slot.run) return slot?.run;
    return new Promise((resolve) => slot.decided.push(resolve));
  }

  /** Whether the job, of this account, is certain not to have ended yet. */
  isUnderWay(accountId: string, jobId: string): boolean {
    const slot = this.#running.get(jobId);
    return slot?.run !== undefined && slot.claim.accountId === accountId && !slot.run.hasEnded;
  }

  /**
   * A claim for a job that is about to be stored, when it can start at once: then it is stored as running and saves the
   * way through the queue. Ends in `begin` or `giveUp`.
   */
  reserve(jobId: string, accountId: string, kind: string): Claim | undefined {
    if (!this.#hasRoom() || !this.#mayRun(accountId) || this.#queue.has(accountId)) return undefined;
    if (!this.#kinds.has(kind) || this.#running.has(jobId)) return undefined;
    const claim = { jobId, accountId, epoch: 1 };
    this.#take(claim, false);
    return claim;
  }

  giveUp(claim: Claim): void {
    this.#release(claim);
    this.#fill();
  }

  begin(claim: Claim, kindName: string, input: Json): void {
    const kind = this.#kinds.get(kindName);
    const slot = this.#running.get(claim.jobId);
    if (kind && slot) this.#run(slot, { claim, kind, input, attempt: 1, crashes: 0, waitedMs: 0, steps: [] });
  }

  /** A job has been queued, or is queued again. */
  queued(accountId: string, availableAt: number, job?: QueuedJob): void {
    if (!this.#open) return;
    if (availableAt > this.#deps.clock.now()) this.#due.note(accountId, availableAt);
    else {
      if (job) this.#queue.push(job);
      else this.#queue.refresh(accountId);
      this.#fill();
    }
  }

  leaseUntil(): number {
    return this.#deps.clock.now() + this.#options.leaseMs;
  }

  /** Resolves when nothing runs any more. What has not left off after `graceMs` is aborted. */
  async drain(graceMs: number): Promise<void> {
    this.#open = false;
    this.#due.close();
    if (this.#running.size > 0) {
      const empty = new Promise<void>((resolve) => {
        this.#empty = resolve;
      });
      for (const { run } of this.#running.values()) run?.handOver();
      const cancel = this.#deps.timers.after(graceMs, () => {
        for (const { run } of this.#running.values()) run?.cutOff();
      });
      await empty;
      cancel();
    }
    this.#cancelRenewal?.();
  }

  /** Others have the jobs that ran here. */
  loseAll(): void {
    for (const { run } of this.#running.values()) run?.lose();
  }

  /** Looks at the store for jobs that nobody has told of. */
  async lookForJobs(): Promise<void> {
    for (const { account_id, due_at } of await this.#deps.store.queuedAccounts()) {
      this.queued(account_id, due_at);
    }
  }

  close(): void {
    this.#open = false;
    this.#due.close();
    this.#cancelRenewal?.();
    for (const { run } of this.#running.values()) run?.lose();
  }

  #fill(): void {
    while (this.#open && this.#hasRoom()) {
      const job = this.#queue.take((accountId) => this.#mayRun(accountId), this.#suspects === 0);
      if (!job) return;
      if (!this.#running.has(job.jobId)) void this.#claim(job);
    }
  }

  async #claim(job: QueuedJob): Promise<void> {
    const claim = { jobId: job.jobId, accountId: job.accountId, epoch: job.epoch + 1 };
    const { store, db, clock, log } = this.#deps;
    const slot = this.#take(claim, isSuspect(job));
    try {
      const owner = this.#options.owner();
      const result = await db.write([
        store.claim({ ...job, owner, leaseUntil: this.leaseUntil(), now: clock.now() }),
      ]);
      // Refused: stopped, or taken by another engine, since it was read.
      if (!result.ok) return this.giveUp(claim);
      const [row] = await store.readJob(claim);
      const kind = row && this.#kinds.get(row.kind);
      if (!row || !kind) throw new Error(`The job ${job.jobId} is gone, or of a kind that nobody runs`);
      if (row.crashes >= MAX_CRASHES) return await this.#endLost(claim, kind, parseStored(row.input));
      const rows = job.epoch === 0 ? [] : await store.readSteps(claim);
      const steps = rows.map((step): StepRow => ({ ...step, state: step.state as StepState }));
      const { attempt, crashes, waited_ms: waitedMs } = row;
      this.#run(slot, { claim, kind, input: parseStored(row.input), attempt, crashes, waitedMs, steps });
    } catch (err) {
      log.error({ err, jobId: job.jobId }, 'A job could not be claimed');
      await this.#left(claim, 'open');
    }
  }

  /** Ends a job that was lost too often; its claim is held. */
  async #endLost(claim: Claim, kind: JobKind, input: Json): Promise<void> {
    await endJob(this.#deps, { claim, from: 'running', input, kind }, crashLoop());
    this.#deps.hub.ended(claim.jobId);
    this.giveUp(claim);
  }

  #run(slot: Slot, job: ClaimedJob): void {
    const run = new JobRun(this.#deps, job, () => this.#trust(slot));
    slot.run = run;
    for (const tell of slot.decided) tell(run);
    if (!this.#open) run.handOver();
    void run.done.then((left) => this.#left(job.claim, left, run));
  }

  async #left(claim: Claim, left: 'ended' | 'open', run?: JobRun): Promise<void> {
    this.#release(claim);
    this.#fill();
    if (left === 'open') await this.#goOn(claim, run, 0);
  }

  /** Sees to it that a job which does not run here any more, and has not ended, is run again when it is due. */
  async #goOn(claim: Claim, run: JobRun | undefined, tried: number): Promise<void> {
    if (!this.#open) return;
    const { store, db, clock, timers, log } = this.#deps;
    try {
      const [row] = await store.readStatus(claim);
      if (row?.status === 'queued') this.queued(claim.accountId, row.available_at);
      // What was to become of it could not be written, so that nobody would ever look at it again.
      if (row?.status !== 'running' || row.epoch !== claim.epoch) return;
      const availableAt = clock.now() + LOST_PAUSE_MS;
      const leftovers = run?.leftovers() ?? [];
      const result = await db.write([...leftovers, store.requeueLost({ ...claim, availableAt })]);
      if (result.ok) this.queued(claim.accountId, availableAt);
    } catch (err) {
      log.error({ err, jobId: claim.jobId }, 'A job that was lost could not be given back to the queue');
      timers.after(LOST_PAUSE_MS * 2 ** Math.min(tried, 5), () => void this.#goOn(claim, run, tried + 1));
    }
  }

  /** A job that may run for hours is not to keep the other suspects waiting once it has shown that it does no harm. */
  #trust(slot: Slot): void {
    if (!slot.suspect) return;
    slot.suspect = false;
    this.#suspects -= 1;
    this.#fill();
  }

  #hasRoom(): boolean {
    return this.#open && this.#running.size < this.#options.concurrency;
  }

  #mayRun(accountId: string): boolean {
    return (this.#ofAccount.get(accountId) ?? 0) < this.#options.accountConcurrency;
  }

  #take(claim: Claim, suspect: boolean): Slot {
    const slot: Slot = { claim, suspect, run: undefined, decided: [] };
    this.#running.set(claim.jobId, slot);
    this.#ofAccount.set(claim.accountId, (this.#ofAccount.get(claim.accountId) ?? 0) + 1);
    if (suspect) this.#suspects += 1;
    return slot;
  }

  #release({ jobId, accountId }: Claim): void {
    const slot = this.#running.get(jobId);
    if (!slot) return;
    this.#running.delete(jobId);
    if (!slot.run) for (const tell of slot.decided) tell(undefined);
    if (slot.suspect) this.#suspects -= 1;
    const left = (this.#ofAccount.get(accountId) ?? 1) - 1;
    if (left > 0) this.#ofAccount.set(accountId, left);
    else this.#ofAccount.delete(accountId);
    if (this.#running.size === 0) this.#empty?.();
  }

  /** The account's due jobs; when they end before the limit, its next delayed one is waited for. */
  async #load(accountId: string, wanted: number): Promise<QueuedJob[]> {
    const limit = wanted + this.#running.size + 1;
    const rows = await this.#queuedJobs({ accountId, limit });
    const now = this.#deps.clock.now();
    const delayed = rows.find((row) => row.available_at > now);
    if (delayed) this.#due.note(accountId, delayed.available_at);
    return rows
      .filter((row) => row.available_at <= now && !this.#running.has(row.id))
      .map(({ id, epoch, crashes }) => ({ jobId: id, accountId, epoch, crashes }))
      .slice(0, wanted);
  }

  #scheduleRenewal(): void {
    this.#cancelRenewal = this.#deps.timers.after(this.#options.leaseMs / 3, () => {
      for (const { claim, run } of this.#running.values()) if (run) void this.#renew(claim, run);
      this.#scheduleRenewal();
    });
  }

  async #renew(claim: Claim, run: JobRun): Promise<void> {
    try {
      const renewal = this.#deps.store.renewLease({ ...claim, leaseUntil: this.leaseUntil() });
      const result = await this.#deps.db.write([renewal]);
      // Refused also when the job has just left of itself; then there is nothing to lose any more.
      if (!result.ok && result.refused === CLAIM && this.#running.get(claim.jobId)?.run === run) run.lose();
    } catch (err) {
      this.#deps.log.warn({ err, jobId: claim.jobId }, 'A lease could not be renewed');
    }
  }
}
