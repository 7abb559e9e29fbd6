/**
 * A process that has nothing but the embedded engine, on a data folder (JOBS_HOME) or, with others, on a PostgreSQL
 * (JOBS_DATABASE_URL), and measures it from inside when asked: jobs of three steps that do nothing, each step kept with an event and a ledger row before the next starts.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createPostgresSignals,
  createSharedPresence,
  createSolePresence,
  noSignals,
  openPostgresDatabase,
  openSqliteDatabase,
} from '../../src/db/index.ts';
import { createEmbeddedEngine } from '../../src/engine/index.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createIds } from '../../src/lib/ids.ts';
import { type JobResult, readJobRequest, tellJobResult } from '../load/job-messages.ts';
import { Samples } from '../stats.ts';

const ACCOUNT = 'acct_bench';
/** Has a fixed number of jobs. */
const LIST_ACCOUNT = 'acct_list';
const LISTED_JOBS = 10_000;
const IDLE_GAP_MS = 5;
const WATCHERS = 1_000;

const { JOBS_HOME = '', JOBS_DATABASE_URL: url } = process.env;
const db =
  url === undefined
    ? await openSqliteDatabase(join(JOBS_HOME, 'muster.db'))
    : await openPostgresDatabase(url);
const ids = createIds();
const account = { name: 'bench', tier: 'enterprise', limits: null, status: 'active', created_at: 1 };
await db.write(
  [ACCOUNT, LIST_ACCOUNT].map((id) =>
    db.statement(
      db.build
        .insertInto('accounts')
        .values({ ...account, id, balance_nano_usd: 0n, held_nano_usd: 0n })
        .onConflict((conflict) => conflict.doNothing()),
    ),
  ),
);
const charge = db.prepare<{ id: string; accountId: string; runId: string; now: number }>((queries, param) =>
  queries.insertInto('ledger').values({
    id: param('id'),
    account_id: param('accountId'),
    kind: 'charge',
    amount_nano_usd: -1n,
    run_id: param('runId'),
    reason: 'no-op',
    price: null,
    actor: null,
    created_at: param('now'),
  }),
);

const log = { warn: report, error: report };
function report(...said: unknown[]): void {
  process.stderr.write(`${JSON.stringify(said)}\n`);
}

const presence = url === undefined ? createSolePresence(db) : createSharedPresence(db, log);
const signals = url === undefined ? noSignals : createPostgresSignals({ url });
await signals.start();
await presence.start();
const engine = createEmbeddedEngine({
  ...{ db, clock: systemClock, log, presence, signals },
  ...{ accountConcurrency: 64, concurrency: 64 },
});
const started = new Map<string, (atMs: number) => void>();
engine.register('no-op', {
  async run({ id, accountId, steps }) {
    started.get(id)?.(performance.now());
    for (const name of ['one', 'two', 'three']) {
      await steps.step(name, async (step) => ({
        value: { name },
        events: [{ type: 'trace', data: { action: name } }],
        statements: [charge({ id: step.idempotencyKey, accountId, runId: id, now: Date.now() })],
      }));
    }
    return { result: 'done' };
  },
});
const told: { tick: () => void } = { tick: () => undefined };
engine.register('talk', {
  async run({ steps }) {
    for (let i = 0; ; i++) {
      await new Promise<void>((resolve) => {
        told.tick = resolve;
      });
      await steps.emit(`${i}`, [{ type: 'tick', data: { at: performance.now() } }]);
    }
  },
});
await engine.start();

async function runJob(kind: string, id = ids.next('job_'), accountId = ACCOUNT): Promise<string> {
  await engine.enqueue({ id, accountId, kind, input: { topic: 'nothing' } });
  return id;
}

/** So many at once for so long; what is under way at the end still counts, and its time too. */
async function load(atOnce: number, measureMs: number): Promise<JobResult> {
  const cpu = process.cpuUsage();
  const beginMs = performance.now();
  let jobs = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (performance.now() - beginMs < measureMs) {
        await engine.waitUntilEnded(ACCOUNT, await runJob('no-op'));
        jobs += 1;
      }
    }),
  );
  const { user, system } = process.cpuUsage(cpu);
  return { kind: 'load', jobs, seconds: (performance.now() - beginMs) / 1000, cpuUs: user + system };
}

/** From the call of enqueue to the first line of the handler, one job at a time. */
async function idle(count: number): Promise<JobResult> {
  const samples = new Samples();
  for (let i = 0; i < count; i++) {
    const id = ids.next('job_');
    const beginMs = performance.now();
    started.set(id, (atMs) => samples.add(atMs - beginMs));
    await runJob('no-op', id);
    await engine.waitUntilEnded(ACCOUNT, id);
    started.delete(id);
    await sleep(IDLE_GAP_MS);
  }
  const { p50, p99 } = samples.summarize();
  return { kind: 'samples', p50, p99 };
}

/** While nothing runs, in an account with that many finished jobs. */
async function list(count: number): Promise<JobResult> {
  for (let made = 0; made < LISTED_JOBS; made += 500) {
    const some = Array.from({ length: 500 }, () => ids.next('job_'));
    await Promise.all(some.map((id) => runJob('no-op', id, LIST_ACCOUNT)));
    for (const id of some) await engine.waitUntilEnded(LIST_ACCOUNT, id);
  }
  const samples = new Samples();
  for (let i = 0; i < count; i++) {
    const beginMs = performance.now();
    const { total } = await engine.list(LIST_ACCOUNT, {}, { page: 1, limit: 20 });
    if (total !== LISTED_JOBS) throw new Error(`There are ${total} jobs in the list`);
    samples.add(performance.now() - beginMs);
  }
  const { p50, p99 } = samples.summarize();
  return { kind: 'samples', p50, p99 };
}

/** From the moment an event is told to when each of the watchers has it: kept in between. */
async function watch(count: number): Promise<JobResult> {
  const id = await runJob('talk');
  const samples = new Samples();
  let missing = 0;
  let all = (): void => undefined;
  for (let i = 0; i < WATCHERS; i++) {
    await engine.subscribe(ACCOUNT, id, 0, {
      onEvents(events) {
        for (const { type, data } of events) {
          if (type === 'tick') samples.add(performance.now() - Number(data.at));
        }
        missing -= events.length;
        if (missing === 0) all();
      },
    });
  }
  for (let i = 0; i < count; i++) {
    missing = WATCHERS;
    const { promise, resolve } = Promise.withResolvers<void>();
    all = resolve;
    told.tick();
    await promise;
    await sleep(IDLE_GAP_MS);
  }
  await engine.stop(ACCOUNT, id);
  const { p50, p99 } = samples.summarize();
  return { kind: 'samples', p50, p99 };
}

process.on('message', async (message) => {
  const request = readJobRequest(message);
  const { kind, amount } = request;
  const work = { load: () => load(32, amount), idle, list, watch }[kind];
  tellJobResult(await work(amount));
});
process.on('disconnect', () => process.exit());
tellJobResult({ kind: 'ready' });
