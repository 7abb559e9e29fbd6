import { availableParallelism } from 'node:os';
import { type Database, noSignals, type Presence, type Signals } from '../../db/index.ts';
import type { Clock } from '../../lib/clock.ts';
import { invalid } from '../../lib/errors.ts';
import { type FaultPoints, noFaults } from '../../lib/fault-points.ts';
import { isJsonObject, type Json } from '../../lib/json.ts';
import type { Logger } from '../../lib/logger.ts';
import { systemTimers, type Timers } from '../timers.ts';
import type { Engine, JobKind, NewJob, OpenWait } from '../types.ts';
import { encodeValue } from '../values.ts';
import { type Carrier, inProcess } from './carrier.ts';
import { crashLoop, MAX_CRASHES } from './crash-loop.ts';
import { endJob } from './end-job.ts';
import { EventHub } from './event-hub.ts';
import { isFinalStatus, parseStored, toRecord } from './job-record.ts';
import type { RunDeps } from './run-types.ts';
import { Scheduler } from './scheduler.ts';
import { type Claim, createEngineStore } from './store.ts';

/** Jobs mostly wait for models, so many share a core. */
const JOBS_PER_CORE = 32;
/** Of all places, what one account may take: the rest are for the others, however long its jobs run. */
const ACCOUNT_SHARE = 0.75;
const LEASE_MS = 15_000;
/** So that a stop is over within a second, whatever the handler does. */
const ABORT_GRACE_MS = 500;
/** How long another process may take to stop a job that it runs; then the job is ended over its head. */
const REMOTE_STOP_MS = 2_000;

export interface EmbeddedEngineOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  /** Jobs that run at once. Default: 32 a core. */
  readonly concurrency?: number;
  /** Of one account. Default: three quarters of `concurrency`. */
  readonly accountConcurrency?: number;
  readonly timers?: Timers;
  readonly faults?: FaultPoints;
  readonly random?: () => number;
  /** Which processes there are; whatever one was running that is gone is taken up by the others. */
  readonly presence: Presence;
  readonly signals?: Signals;
  /** False: this process runs no jobs, it only takes them in and tells of them. */
  readonly runsJobs?: boolean;
  /** What executes the runs; default: this process alone. */
  readonly carrier?: Carrier;
}

/**
 * The engine of a process: alone on its database (see lockHome) or beside others. Steps, events and what callers add to them are single batches under the claim's epoch,
 * so an engine that has lost a job writes nothing more of it. What happens to a job elsewhere is heard of by signals and,
 * in case one was missed, looked up now and then.
 */
export function createEmbeddedEngine(options: EmbeddedEngineOptions): Engine {
  const { db, clock, log, timers = systemTimers, faults = noFaults, random = Math.random } = options;
  const concurrency = options.concurrency ?? JOBS_PER_CORE * availableParallelism();
  const accountConcurrency = options.accountConcurrency ?? Math.ceil(concurrency * ACCOUNT_SHARE);
  const store = createEngineStore(db);
  const { presence, signals = noSignals, runsJobs = true, carrier = inProcess } = options;
  const hub = new EventHub(store, (jobId) => signals.publish('job', jobId));
  const kinds = new Map<string, JobKind>();
  const deps: RunDeps = {
    ...{ db, store, clock, log, hub, carrier, timers, faults, random, presence },
    abortGraceMs: ABORT_GRACE_MS,
  };
  let scheduler: Scheduler | undefined;

  function insert(job: NewJob, claim?: Claim) {
    const now = clock.now();
    return store.insertJob({
      id: job.id,
      accountId: job.accountId,
      kind: job.kind,
      input: JSON.stringify(job.input),
      status: claim ? 'running' : 'queued',
      epoch: claim?.epoch ?? 0,
      owner: claim ? presence.id : null,
      leaseUntil: claim && scheduler ? scheduler.leaseUntil() : null,
      availableAt: Math.max(Math.ceil(job.availableAt ?? 0), now),
      startedAt: claim ? now : null,
      now,
    });
  }

  function written(job: NewJob): void {
    const { id: jobId, accountId } = job;
    if (!kinds.has(job.kind)) return;
    scheduler?.queued(accountId, job.availableAt ?? 0, { jobId, accountId, epoch: 0, crashes: 0 });
    signals.publish('queue', accountId);
  }

  async function read(accountId: string, jobId: string) {
    const [row] = await store.readJob({ accountId, jobId });
    return row;
  }

  /** Ends a job that does not run here, as it is in the store now. False when that has changed meanwhile. */
  async function endIdle(
    row: NonNullable<Awaited<ReturnType<typeof read>>>,
    end: Parameters<typeof endJob>[2],
  ): Promise<boolean> {
    const claim = { jobId: row.id, accountId: row.account_id, epoch: row.epoch };
    const kind = kinds.get(row.kind);
    const job = { claim, from: row.status, input: parseStored(row.input), kind };
    if ((await endJob(deps, job, end)) === 'lost') return false;
    hub.ended(row.id);
    await carrier.ended(row.id);
    return true;
  }

  async function takeUp(): Promise<void> {
    const result = await db.write([store.takeUp()]);
    const count = result.ok ? (result.changes[0] ?? 0) : 0;
    if (count > 0)
      log.warn({ jobs: count }, 'Took up the jobs that were running in a process that has ended');
    for (const row of await store.crashedOften(MAX_CRASHES)) await endIdle(row, crashLoop());
  }

  /** Ends the waiting for jobs that have ended in another process. */
  async function hearEnds(jobIds: readonly string[]): Promise<void> {
    try {
      for (const jobId of await store.ended(jobIds)) hub.heardEnd(jobId);
    } catch (err) {
      log.warn({ err }, 'It could not be looked up which jobs have ended; it will be tried again');
    }
  }

  /** Asks the process that runs a job to stop it. Resolves when the job has ended, or nobody has answered. */
  function stopElsewhere(jobId: string): Promise<void> {
    return new Promise((resolve) => {
      const cancelWait = hub.onEnded(jobId, () => done());
      const cancelTimer = timers.after(REMOTE_STOP_MS, () => done());
      const done = (): void => {
        cancelWait();
        cancelTimer();
        resolve();
      };
      signals.publish('stop', jobId);
    });
  }

  signals.subscribe('job', (jobId) => {
    hub.heard(jobId);
    if (hub.awaited().includes(jobId)) void hearEnds([jobId]);
  });
  signals.subscribe('queue', (accountId) => scheduler?.queued(accountId, 0));
  signals.subscribe('stop', (jobId) => void scheduler?.running(jobId).then((run) => run?.stop()));
  signals.onGap(() => {
    for (const jobId of hub.watched()) hub.heard(jobId);
    void hearEnds(hub.awaited());
  });
  presence.onLost(() => scheduler?.loseAll());
  presence.onBeat(async () => {
    if (!scheduler) return;
    await takeUp();
    await scheduler.lookForJobs();
  });

  return {
    register(kind, definition) {
      if (scheduler) throw new Error(`The engine has started; register '${kind}' before that`);
      kinds.set(kind, definition);
    },

    async start() {
      await takeUp();
      if (!runsJobs) return;
      const owner = () => presence.id;
      scheduler = new Scheduler(deps, { concurrency, accountConcurrency, owner, leaseMs: LEASE_MS }, kinds);
      await scheduler.start();
    },

    async enqueue(job) {
      const { statements = [], refused } = job;
      const dueNow = (job.availableAt ?? 0) <= clock.now();
      const claim = dueNow ? scheduler?.reserve(job.id, job.accountId, job.kind) : undefined;
      try {
        const result = await db.write([insert(job, claim), ...statements]);
        if (!result.ok) {
          throw (
            refused?.(result.refused) ??
            new Error(`A job's statements were refused by the guard '${result.refused}'`)
          );
        }
      } catch (error) {
        if (claim) scheduler?.giveUp(claim);
        throw error;
      }
      faults.hit('job.enqueued');
      if (claim) scheduler?.begin(claim, job.kind, job.input);
      else written(job);
    },

    prepareEnqueue(job) {
      return { statements: [insert(job)], written: () => written(job) };
    },

    prepareForget: (accountId, jobId) => store.forgetJob(accountId, jobId),

    async get(accountId, jobId) {
      const row = await read(accountId, jobId);
      return row && toRecord(row);
    },

    async list(accountId, filter, page) {
      const { rows, total } = await store.list(accountId, filter, page);
      return { items: rows.map(toRecord), total, page: page.page };
    },

    openWaits,

    async stop(accountId, jobId) {
      for (let asked = 0; ; ) {
        const row = await read(accountId, jobId);
        if (!row || isFinalStatus(row.status)) return row && toRecord(row);
        const run = await scheduler?.running(jobId);
        if (run) {
          run.stop();
          await run.done;
          continue;
        }
        if (row.status === 'running' && !presence.isAlone && asked++ === 0) await stopElsewhere(jobId);
        else await endIdle(row, { status: 'stopped', result: undefined });
      }
    },

    async answer(accountId, jobId, wait, answer, { also = [], statements = [] } = {}) {
      const row = await read(accountId, jobId);
      if (!row) return 'not_found';
      const open = (await openWaits(accountId, jobId)).find(({ name }) => name === wait);
      if (!open) return 'not_waiting';
      if (open.reason === 'unknown_outcome') checkDecision(answer);
      const now = clock.now();
      const given = { jobId, accountId, value: encodeValue(answer) ?? 'null', now };
      const result = await db.write([
        ...store.lockJob({ jobId, accountId }),
        store.answerWait({ ...given, name: wait }),
        ...also.map((name) => store.answerIfWaiting({ ...given, name })),
        store.wakeWaiting({ jobId, accountId, now }),
        ...statements,
      ]);
      if (!result.ok) return 'not_waiting';
      faults.hit('job.answered');
      scheduler?.queued(accountId, 0);
      signals.publish('queue', accountId);
      return 'answered';
    },

    subscribe: (accountId, jobId, after, listener) => hub.subscribe(accountId, jobId, after, listener),

    async waitUntilEnded(accountId, jobId, signal) {
      const ended = Promise.withResolvers<void>();
      const cancel = hub.onEnded(jobId, ended.resolve);
      const abort = (): void => ended.reject(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      try {
        signal?.throwIfAborted();
        if (!scheduler?.isUnderWay(accountId, jobId)) {
          const row = await read(accountId, jobId);
          if (!row || isFinalStatus(row.status)) return row && toRecord(row);
        }
        await ended.promise;
        const last = await read(accountId, jobId);
        return last && toRecord(last);
      } finally {
        cancel();
        signal?.removeEventListener('abort', abort);
      }
    },

    async drain(graceMs) {
      await scheduler?.drain(graceMs);
    },

    close() {
      scheduler?.close();
      hub.close();
    },
  };

  async function openWaits(accountId: string, jobId: string): Promise<OpenWait[]> {
    const row = await read(accountId, jobId);
    if (!row || isFinalStatus(row.status)) return [];
    const waits = await store.readWaits({ accountId, jobId });
    return waits.map(({ name, scope, value, at }): OpenWait => {
      const asked = value === null ? null : parseStored(value);
      const { reason, detail = null } = isJsonObject(asked) ? asked : {};
      return {
        name,
        scope,
        reason: reason === 'unknown_outcome' ? 'unknown_outcome' : 'input',
        detail,
        since: at,
      };
    });
  }
}

/** Throws for an answer that is no UnknownOutcomeDecision. */
function checkDecision(answer: Json): void {
  const action = isJsonObject(answer) ? answer.action : undefined;
  if (action === 'retry' || action === 'fail') return;
  if (action === 'result' && isJsonObject(answer) && answer.value !== undefined) return;
  throw invalid('action', "must be 'retry', 'fail', or 'result' with a value");
}
