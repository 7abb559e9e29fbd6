import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Database, openSqliteDatabase } from '../../src/db/index.ts';
import { ENGINE_FAULTS } from '../../src/testing/fault-points.ts';
import { tempFolder } from '../../src/testing/temp-folder.ts';
import { ACCOUNT, CALLS, JOBS } from './engine-jobs.ts';

const CHILD = new URL('./engine-child.ts', import.meta.url).pathname;

/** Later hits of a point die in the middle of other jobs' work. */
const DEATHS = ENGINE_FAULTS.flatMap((point) => [`${point}@1`, `${point}@3`]);

async function run(home: string, record: string, fault?: string): Promise<NodeJS.Signals | number | null> {
  const args = ['--disable-warning=ExperimentalWarning', CHILD, home, record];
  const child = spawn(process.execPath, fault === undefined ? args : [...args, fault], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const timer = setTimeout(() => child.kill('SIGTERM'), 120_000);
  const [code, signal] = await once(child, 'exit');
  clearTimeout(timer);
  return signal ?? code;
}

function linesOf(record: string, verb: string): string[] {
  if (!existsSync(record)) return [];
  return readFileSync(record, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(`${verb} `))
    .map((line) => line.slice(verb.length + 1));
}

async function withStore<T>(home: string, read: (db: Database) => Promise<T>): Promise<T> {
  const db = await openSqliteDatabase(join(home, 'muster.db'));
  try {
    return await read(db);
  } finally {
    await db.close();
  }
}

const count = (list: readonly string[], value: string): number => list.filter((v) => v === value).length;

describe('an engine whose process is killed', { concurrency: 2 }, () => {
  for (const fault of DEATHS) {
    it(`at ${fault}: every job ends once, nothing finished is repeated, every charge is there once`, async () => {
      const folder = tempFolder();
      const record = join(folder.path, 'record.txt');
      assert.equal(await run(folder.path, record, fault), 'SIGKILL', 'the point was reached');

      const acceptedBefore = linesOf(record, 'accepted');
      const callsBefore = linesOf(record, 'call');
      const answeredBefore = linesOf(record, 'answered');
      const finished = await withStore(folder.path, async (db) => {
        const rows = await db.all(
          db.build.selectFrom('job_steps').select(['job_id', 'name']).where('state', '=', 'finished'),
        );
        const jobs = await db.all(db.build.selectFrom('jobs').select('id'));
        const ids = jobs.map(({ id }) => id);
        for (const id of acceptedBefore) assert.ok(ids.includes(id), `${id} was accepted and is there`);
        return rows.map((row) => `${row.job_id}/${row.name}`);
      });

      assert.equal(await run(folder.path, record), 0);
      assert.deepEqual(linesOf(record, 'error'), []);
      const calls = linesOf(record, 'call');
      for (const job of JOBS) {
        for (const name of CALLS) {
          const key = `${job}/${name}`;
          const times = count(calls, key);
          if (finished.includes(key)) {
            assert.equal(times, count(callsBefore, key), `${key} had finished and was not called again`);
          }
          assert.ok(times >= 1 && times <= 2, `${key} was called ${times} times`);
        }
        assert.ok(count(linesOf(record, 'ended'), job) >= 1);
        const answers = count(linesOf(record, 'answered'), job);
        if (answeredBefore.includes(job)) assert.equal(answers, 1, 'an answer is not asked for again');
      }
      await withStore(folder.path, (db) => checkStore(db));
      folder.remove();
    });
  }

  it('again and again: what was done stays done', async () => {
    const folder = tempFolder();
    const record = join(folder.path, 'record.txt');
    let kills = 0;
    for (const point of [
      'step.after-checkpoint@2',
      'job.claimed@2',
      'event.before-append@3',
      'job.answered@1',
    ]) {
      if ((await run(folder.path, record, point)) === 'SIGKILL') kills += 1;
    }
    assert.equal(kills, 4);
    assert.equal(await run(folder.path, record), 0);
    assert.deepEqual(linesOf(record, 'error'), []);
    await withStore(folder.path, (db) => checkStore(db));
    const calls = linesOf(record, 'call').length;
    const needed = JOBS.length * CALLS.length;
    // Each kill can cut off what ran at that moment: of each job at most its two branches.
    assert.ok(calls <= needed + kills * JOBS.length * 2, `${calls} calls for ${needed}`);
    folder.remove();
  });
});

async function checkStore(db: Database): Promise<void> {
  const { build } = db;
  for (const job of JOBS) {
    const row = await db.first(
      build.selectFrom('jobs').selectAll().where('id', '=', job).where('account_id', '=', ACCOUNT),
    );
    assert.equal(row?.status, 'completed');
    assert.deepEqual(JSON.parse(row.result ?? ''), { sum: 4, answer: 'yes' });
    assert.equal(row.owner, null);
    const events = await db.all(
      build.selectFrom('job_events').selectAll().where('job_id', '=', job).orderBy('seq'),
    );
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map((_, index) => index + 1),
    );
    const types = events.map(({ type }) => type);
    assert.equal(types.at(-1), 'job_status');
    for (const type of ['begin', 'asked', 'job_status']) assert.equal(count(types, type), 1, type);
    assert.equal(count(types, 'called'), CALLS.length);
  }
  const ledger = await db.all(build.selectFrom('ledger').select('id').orderBy('id'));
  assert.deepEqual(
    ledger.map(({ id }) => id),
    JOBS.flatMap((job) => [...CALLS, 'end'].map((name) => `${job}/${name}`)).toSorted(),
  );
}
