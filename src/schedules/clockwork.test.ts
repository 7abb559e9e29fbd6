import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Database } from '../db/index.ts';
import { createIds } from '../lib/ids.ts';
import { type ManualTime, manualTime } from '../testing/manual-time.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import { until } from '../testing/until.ts';
import { createSchedules, type Schedules } from './index.ts';

const ACCOUNT = 'acct_1';
const HOUR = 3_600_000;
const NOON = Date.parse('2027-03-01T12:00:00Z');

describe('the clockwork of schedules', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let db: Database;
  let time: ManualTime;
  /** Jobs as they came to be: what the executions room would have written. */
  let started: string[];
  let open: Schedules[];
  let setBackMs: number;
  /** What happens while a change is looked at. */
  let whileChecked: () => Promise<void>;

  beforeEach(async () => {
    database = await openTestDatabase();
    db = database.db;
    time = manualTime(NOON);
    started = [];
    open = [];
    setBackMs = 0;
    whileChecked = async () => undefined;
    const account = { id: ACCOUNT, name: 'A', tier: 'pro', status: 'active', created_at: 0 };
    const money = { balance_nano_usd: 0n, held_nano_usd: 0n };
    await db.write([db.statement(db.build.insertInto('accounts').values({ ...account, ...money }))]);
  });
  afterEach(async () => {
    await Promise.all(open.map((schedules) => schedules.close()));
    await database.close();
  });

  /** What a process has of its own; several may share the database. */
  const boot = async (): Promise<Schedules> => {
    const clock = { now: () => time.clock.now() - setBackMs };
    const schedules = createSchedules({
      ...{ db, clock, timers: time.timers, ids: createIds(time.clock.now) },
      log: { warn: () => undefined, error: (problem: unknown) => assert.fail(String(problem)) },
      catchUpMs: HOUR,
      tell: () => [],
      executions: {
        check: () => whileChecked(),
        async startWith(_accountId, jobId, _request, along) {
          if (!(await db.write(along)).ok) return 'refused';
          started.push(jobId);
          return 'started';
        },
      },
    });
    open.push(schedules);
    await schedules.start();
    return schedules;
  };
  const hourly = (schedules: Schedules) =>
    schedules.create(ACCOUNT, { crewId: 'crew_1', inputs: {}, cron: '@hourly' }, 'user_1');

  it('starts no schedule twice for a time that came while it was being changed', async () => {
    const schedules = await boot();
    const { id } = await hourly(schedules);
    whileChecked = async () => {
      whileChecked = async () => undefined;
      time.advance(HOUR);
      await until('the start', async () => (await schedules.get(ACCOUNT, id)).lastJobId);
    };
    const { name, nextRunAt } = await schedules.update(ACCOUNT, id, { name: 'Hourly' });
    assert.deepEqual({ name, nextRunAt }, { name: 'Hourly', nextRunAt: NOON + 2 * HOUR });
    assert.equal((await schedules.get(ACCOUNT, id)).nextRunAt, NOON + 2 * HOUR);
    assert.equal(started.length, 1);
  });

  it('starts a time that passed while the process was down once, and only that', async () => {
    const first = await boot();
    const { id } = await hourly(first);
    await first.close();
    time.advance(2.5 * HOUR);
    // Two hours were missed: the schedule's own, one and a half hours ago, is too old to be made up for.
    const second = await boot();
    assert.deepEqual(started, []);
    const missed = await second.get(ACCOUNT, id);
    assert.equal(missed.lastMissedAt, NOON + HOUR);
    assert.equal(missed.nextRunAt, NOON + 3 * HOUR);
    await second.close();
    time.advance(1.25 * HOUR);
    const third = await boot();
    assert.equal(started.length, 1);
    assert.partialDeepStrictEqual(await third.get(ACCOUNT, id), {
      ...{ lastJobId: started[0], nextRunAt: NOON + 4 * HOUR },
    });
  });

  it('starts what falls due while it looks, at once', async () => {
    const first = await boot();
    await hourly(first);
    await first.close();
    const looking = boot();
    time.advance(HOUR);
    await looking;
    assert.equal(started.length, 1);
  });

  it('looks again soon, however far the clock is set back while it looks', async () => {
    const looking = boot();
    setBackMs = 5 * HOUR;
    await looking;
    assert.ok((time.nextAt ?? Number.POSITIVE_INFINITY) - time.clock.now() <= HOUR);
  });

  it('starts each time once, however many processes look at once', async () => {
    const processes = await Promise.all([boot(), boot(), boot()]);
    const [first] = processes;
    assert.ok(first);
    const made = await Promise.all(Array.from({ length: 5 }, () => hourly(first)));
    await Promise.all(processes.map((one) => one.close()));
    time.advance(1.5 * HOUR);
    await Promise.all([boot(), boot(), boot()]);
    assert.equal(started.length, made.length);
  });

  it('starts nothing of an account that is suspended', async () => {
    const first = await boot();
    await hourly(first);
    await first.close();
    time.advance(1.5 * HOUR);
    await db.write([db.statement(db.build.updateTable('accounts').set({ status: 'suspended' }))]);
    await boot();
    assert.deepEqual(started, []);
  });
});
