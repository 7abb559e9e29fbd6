import type { Statement } from '../../db/index.ts';
import type { Clock } from '../../lib/clock.ts';
import type { FaultPoints } from '../../lib/fault-points.ts';
import { engineErrors } from '../errors.ts';
import { ClaimLost } from '../interrupts.ts';
import { TerminalError } from '../retry.ts';
import type { Timers } from '../timers.ts';
import type { JobEvent } from '../types.ts';
import { decodeValue } from '../values.ts';
import type { RunRecord } from './carrier.ts';
import { type EndDeps, eventStatements, writeOrRefuse } from './end-job.ts';
import type { EventHub } from './event-hub.ts';
import type { StepPlace } from './job-steps.ts';
import { type LiveBatch, LiveEvents } from './live-events.ts';
import type { RunHalt } from './run-halt.ts';
import type { ClaimedJob } from './run-types.ts';
import { CLAIM, type StepState } from './store.ts';

export interface RunLogDeps extends EndDeps {
  readonly hub: EventHub;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly faults: FaultPoints;
}

const NOTHING_LIVE: LiveBatch = { events: [], begun: new Set() };

/** All that a run writes of its job while it goes on, under its claim. */
export class RunLog {
  readonly #deps: RunLogDeps;
  readonly #job: ClaimedJob;
  readonly #halt: RunHalt;
  readonly #underWay: ReadonlyMap<string, StepPlace>;
  readonly #onProven: () => void;
  #record: RunRecord | undefined;
  /** Made when a step first tells something live. */
  #live: LiveEvents | undefined;
  readonly #unbegun: StepPlace[] = [];
  #crashes: number;

  /** `onProven` is called when a job that was lost before gets something done. */
  constructor(
    deps: RunLogDeps,
    job: ClaimedJob,
    halt: RunHalt,
    underWay: ReadonlyMap<string, StepPlace>,
    onProven: () => void,
  ) {
    this.#deps = deps;
    this.#job = job;
    this.#halt = halt;
    this.#underWay = underWay;
    this.#onProven = onProven;
    this.#crashes = job.crashes;
  }

  /** Everything that is kept is noted there too. */
  begin(record: RunRecord): void {
    this.#record = record;
  }

  close(): void {
    this.#live?.close();
  }

  async readValue(name: string): Promise<unknown> {
    const { claim } = this.#job;
    const [row] = await this.#deps.store.readStepValue({ ...claim, name });
    if (!row) throw new Error(`The kept value of step '${name}' of job ${claim.jobId} is gone`);
    return decodeValue(row.value);
  }

  async save(
    place: StepPlace,
    state: StepState,
    value: string | null,
    events: readonly JobEvent[],
    statements: readonly Statement[],
  ): Promise<void> {
    const { store, clock, faults, hub } = this.#deps;
    const { claim } = this.#job;
    const now = clock.now();
    const batch: Statement[] = [];
    if (this.#live) batch.push(...this.#liveStatements(now, place.name));
    batch.push(store.saveStep({ ...claim, ...place, state, value, now }));
    if (this.#crashes > 0 && state === 'finished') {
      this.#crashes = 0;
      this.#onProven();
      batch.push(store.clearCrashes(claim));
    }
    if (events.length > 0) {
      faults.hit('event.before-append');
      batch.push(...eventStatements(store, claim, events, now));
      batch.push(...this.#projections(events));
    }
    batch.push(...statements);
    await this.#recorded((record) => record.keep(place.name, state, () => this.#write(batch)));
    hub.wake(claim.jobId);
  }

  live(step: string, event: JobEvent): void {
    this.#live ??= new LiveEvents(this.#deps.timers, () => this.#sendLive());
    this.#live.add(step, event);
  }

  unbegin(place: StepPlace): void {
    this.#unbegun.push(place);
  }

  /** What the job has to have kept of it when it is tried again; each carries the claim. */
  unbegunStatements(): Statement[] {
    const { store, clock } = this.#deps;
    const now = clock.now();
    return this.#unbegun.map((place) =>
      store.saveStep({ ...this.#job.claim, ...place, state: 'unbegun', value: null, now }),
    );
  }

  /** What was told live and is not kept yet, for whoever keeps it. */
  takeLive(): readonly JobEvent[] {
    return (this.#live?.take() ?? NOTHING_LIVE).events;
  }

  /** Writes that the job rests or is given back, behind all that was told live. `before` stands first in the batch. */
  async park(parking: (now: number) => Statement, before: readonly Statement[] = []): Promise<void> {
    await this.#recorded((record) => record.park());
    const now = this.#deps.clock.now();
    await this.#write([...before, ...this.unbegunStatements(), ...this.#liveStatements(now), parking(now)]);
    this.#deps.hub.wake(this.#job.claim.jobId);
  }

  async #recorded(note: (record: RunRecord) => Promise<void>): Promise<void> {
    if (!this.#record) throw new Error(`The run of job ${this.#job.claim.jobId} has not begun`);
    try {
      await note(this.#record);
    } catch (error) {
      throw error instanceof ClaimLost ? this.#halt.lose() : error;
    }
  }

  #projections(events: readonly JobEvent[]): readonly Statement[] {
    const { kind, input, claim } = this.#job;
    return kind.onEvents?.({ id: claim.jobId, accountId: claim.accountId, input }, events) ?? [];
  }

  async #sendLive(): Promise<void> {
    this.#deps.faults.hit('event.before-append');
    await this.#write(this.#liveStatements(this.#deps.clock.now()));
    this.#deps.hub.wake(this.#job.claim.jobId);
  }

  /** What was told live and is not kept yet. Each carries the claim, so that they may stand first in a batch. */
  #liveStatements(now: number, finishing?: string): Statement[] {
    const { events, begun } = this.#live?.take() ?? NOTHING_LIVE;
    const { store } = this.#deps;
    const { claim } = this.#job;
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
    if (this.#halt.isLeft) throw new ClaimLost();
    const refused = await writeOrRefuse(this.#deps, statements);
    if (refused === undefined) return;
    if (refused === CLAIM) throw this.#halt.lose();
    const { jobId } = this.#job.claim;
    this.#deps.log.error({ jobId, guard: refused }, "A step's writes were refused");
    throw new TerminalError(
      engineErrors.step_refused.code,
      'What a step of the job was to leave was refused by the stored state.',
    );
  }
}
