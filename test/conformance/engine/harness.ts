import assert from 'node:assert/strict';
import type { Database, Statement } from '../../../src/db/index.ts';
import type {
  Engine,
  JobContext,
  JobEvent,
  JobKind,
  JobOutcome,
  JobRecord,
  StoredEvent,
} from '../../../src/engine/index.ts';
import type { FaultPoints } from '../../../src/lib/fault-points.ts';
import type { ManualTime } from '../../../src/testing/manual-time.ts';
import { until } from '../../../src/testing/until.ts';

export interface EngineSettings {
  readonly concurrency?: number;
  readonly accountConcurrency?: number;
  readonly faults?: FaultPoints;
}

/** One empty store with the accounts `acct_a` and `acct_b`, and any number of engines on it, one after another. */
export interface EngineWorld {
  readonly db: Database;
  readonly time: ManualTime;
  /** Not started. */
  createEngine(settings?: EngineSettings): Engine;
  close(): Promise<void>;
}

export type OpenWorld = () => Promise<EngineWorld>;

export const A = 'acct_a';
export const B = 'acct_b';

export const kind = (
  run: (job: JobContext) => Promise<JobOutcome>,
  rest: Omit<JobKind, 'run'> = {},
): JobKind => ({ run, ...rest });

export const event = (type: string, data: JobEvent['data'] = {}): JobEvent => ({ type, data });

/** A started engine that runs jobs of the kind `work` by this definition. */
export async function startEngine(
  world: EngineWorld,
  definition: JobKind | JobKind['run'],
  settings?: EngineSettings,
): Promise<Engine> {
  const engine = world.createEngine(settings);
  engine.register('work', typeof definition === 'function' ? kind(definition) : definition);
  await engine.start();
  return engine;
}

/** What a power cut does, as far as the store can tell: nothing that the engine had in hand is written any more. */
export function crash(engine: Engine): void {
  engine.close();
}

export const newJob = (id: string, accountId = A) => ({ id, accountId, kind: 'work', input: { id } });

export async function ended(engine: Engine, id: string, accountId = A): Promise<JobRecord> {
  const record = await engine.waitUntilEnded(accountId, id, AbortSignal.timeout(60_000));
  assert.ok(record, `${id} is there`);
  return record;
}

export async function untilStatus(
  engine: Engine,
  id: string,
  status: JobRecord['status'],
  accountId = A,
): Promise<void> {
  await until(
    `${id} to be ${status}`,
    () => engine.get(accountId, id),
    (job) => job?.status === status,
  );
}

/** All that is kept of a job's events, by the front door; checks that they are dense and end once. */
export async function eventsOf(engine: Engine, id: string, accountId = A): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  const settled = Promise.withResolvers<void>();
  const record = await engine.get(accountId, id);
  const subscription = await engine.subscribe(accountId, id, 0, {
    onEvents(page) {
      events.push(...page);
      if (record?.finishedAt === undefined && events.length >= (subscription?.lastSeq ?? 0))
        settled.resolve();
    },
    onEnd: () => settled.resolve(),
    onError: settled.reject,
  });
  if (record?.finishedAt === undefined && subscription?.lastSeq === 0) settled.resolve();
  await settled.promise;
  subscription?.close();
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, index) => index + 1),
    'sequence numbers are dense',
  );
  const finals = events.filter(({ type }) => type === 'job_status');
  assert.equal(finals.length, record?.finishedAt === undefined ? 0 : 1, 'one job_status, once it has ended');
  if (finals[0]) assert.equal(events.at(-1), finals[0], 'the last event is the job_status');
  return events;
}

export async function typesOf(engine: Engine, id: string): Promise<string[]> {
  return (await eventsOf(engine, id)).map(({ type }) => type);
}

/** A row of the ledger: something that must be there exactly once. */
export function charge(world: EngineWorld, id: string, accountId = A): Statement {
  return world.db.statement(
    world.db.build.insertInto('ledger').values({
      id,
      account_id: accountId,
      kind: 'charge',
      amount_nano_usd: -1n,
      run_id: null,
      reason: 'test',
      price: null,
      actor: null,
      created_at: 1,
    }),
  );
}

export async function charges(world: EngineWorld): Promise<string[]> {
  const rows = await world.db.all(world.db.build.selectFrom('ledger').select('id').orderBy('id'));
  return rows.map(({ id }) => id);
}

/** A statement that never applies. */
export function refusedStatement(world: EngineWorld): Statement {
  const { build } = world.db;
  return world.db.statement(
    build.updateTable('accounts').set({ name: 'x' }).where('id', '=', 'nobody'),
    'nobody',
  );
}

/** Counts calls by name: the record outside of the store of what really ran. */
export function callLog() {
  const calls: string[] = [];
  return {
    calls,
    times: (name: string) => calls.filter((call) => call === name).length,
    /** A step's work that notes its name and returns `value`. */
    work<T>(name: string, value: T) {
      return async () => {
        calls.push(name);
        return { value };
      };
    },
  };
}

/** So many steps, and so long between two of them: what the store does meanwhile is not to be overtaken. */
const STEPS = 20;
const PACE_MS = 20;

/**
 * Lets the clock go on until what `begin` began is over, and checks that no more than `limitMs` had to pass. It stands
 * still until a timer has been set, and while something is written: how long a disk takes is no matter.
 */
export async function within<T>(world: EngineWorld, limitMs: number, begin: () => Promise<T>): Promise<T> {
  const { db, time } = world;
  const before = time.pending;
  let over = false;
  const watched = begin().finally(() => {
    over = true;
  });
  let isTimed = false;
  let steps = 0;
  let movedAt = performance.now();
  await until(`an end within ${limitMs} ms`, () => {
    isTimed ||= time.pending > before;
    const isNext = isTimed && db.waitingWrites === 0 && performance.now() - movedAt >= PACE_MS;
    if (!over && isNext && steps < STEPS) {
      time.advance(Math.floor(limitMs / STEPS));
      steps += 1;
      movedAt = performance.now();
    }
    return over;
  });
  return watched;
}

/** Lets the clock go on, from one timer to the next and as far as it takes, until `work` is over. */
export async function inTime<T>({ db, time }: EngineWorld, work: Promise<T>): Promise<T> {
  let over = false;
  const watched = work.finally(() => {
    over = true;
  });
  await until('the end of the work', () => {
    const next = time.nextAt;
    if (!over && db.waitingWrites === 0 && next !== undefined) time.advance(next - time.clock.now());
    return over;
  });
  return watched;
}

/** Something that happens when a test says so. */
export function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** Never resolves: what runs when the process dies. */
export const forever = new Promise<never>(() => undefined);

/** Runs `first` until it has died, lets the process die, and starts one that runs `second`. */
export async function crashBetween(
  world: EngineWorld,
  first: (job: JobContext, died: () => Promise<never>) => Promise<unknown>,
  second: (job: JobContext) => Promise<unknown>,
) {
  const reached = gate();
  const died = () => {
    reached.open();
    return forever;
  };
  const before = await startEngine(world, async (job) => {
    await first(job, died);
    return {};
  });
  await before.enqueue(newJob('job_1'));
  await reached.opened;
  crash(before);
  return startEngine(world, async (job) => ({ result: (await second(job)) as string }));
}
