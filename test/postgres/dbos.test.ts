import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { DBOSClient } from '@dbos-inc/dbos-sdk';
import pg from 'pg';
import {
  checkInvariants,
  createSolePresence,
  type Database,
  openPostgresDatabase,
} from '../../src/db/index.ts';
import {
  createDbosEngine,
  createEmbeddedEngine,
  type Dbos,
  type Engine,
  type JobContext,
  openDbos,
  workflowInvariants,
} from '../../src/engine/index.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { type PostgresServer, startPostgresServer } from '../../src/testing/postgres-server.ts';
import { until } from '../../src/testing/until.ts';

const ACCOUNT = 'acct_a';
const silent = { warn: () => undefined, error: () => undefined };

type Beat = () => Promise<void>;

describe('what DBOS has of jobs', () => {
  /** Of the engine that was started last. */
  const beats: Beat[] = [];
  const running = new Set<string>();
  let postgres: PostgresServer;
  let db: Database;
  let dbos: Dbos;
  let client: pg.Client;
  before(async () => {
    postgres = await startPostgresServer();
    db = await openPostgresDatabase(postgres.url());
    const account = { name: 'a', tier: 'enterprise', limits: null, status: 'active', created_at: 1 };
    const values = { id: ACCOUNT, ...account, balance_nano_usd: 0n, held_nano_usd: 0n };
    await db.write([db.statement(db.build.insertInto('accounts').values(values))]);
    dbos = await openDbos({ url: postgres.url(), executorId: randomUUID(), log: silent });
    client = new pg.Client(postgres.url());
    await client.connect();
  });
  after(async () => {
    await client.end();
    await dbos.close();
    await db.close();
    await postgres.remove();
  });

  async function startEngine(kind: 'dbos' | 'embedded'): Promise<Engine> {
    const presence = { ...createSolePresence(db), onBeat: (listener: Beat) => void beats.push(listener) };
    beats.length = 0;
    const options = { db, presence, clock: systemClock, log: silent };
    const engine = kind === 'dbos' ? createDbosEngine({ ...options, dbos }) : createEmbeddedEngine(options);
    const run = async ({ id, steps }: JobContext) => {
      const first = await steps.step('first', async () => ({ value: 'secret' }));
      if (id.startsWith('fails')) await steps.step('bad', () => Promise.reject(new TypeError('no')));
      if (id.startsWith('runs')) {
        await steps.step('long', ({ signal }) => {
          running.add(id);
          return new Promise<never>((_, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason)),
          );
        });
      }
      const answer = id.startsWith('asks') ? await steps.waitFor('person') : '';
      await steps.step('last', async () => ({ value: 1 }));
      return { result: `${first} ${answer}` };
    };
    engine.register('work', { run, retry: { maxAttempts: 1, baseMs: 1, maxMs: 1 } });
    await presence.start();
    await engine.start();
    return engine;
  }
  const enqueue = (engine: Engine, id: string) =>
    engine.enqueue({ id, accountId: ACCOUNT, kind: 'work', input: null });
  async function untilWaiting(engine: Engine, id: string): Promise<void> {
    await until(
      `${id} to wait`,
      () => engine.get(ACCOUNT, id),
      (job) => job?.status === 'waiting_for_input',
    );
  }
  const statusOf = async (id: string): Promise<string | undefined> => {
    const found = await client.query('SELECT status FROM dbos.workflow_status WHERE workflow_uuid = $1', [
      id,
    ]);
    return found.rows[0]?.status;
  };
  async function untilStatus(id: string, status: string): Promise<void> {
    await until(
      `the workflow ${id} to be ${status}`,
      () => statusOf(id),
      (now) => now === status,
    );
  }
  const stepsOf = async (id: string): Promise<unknown[]> => {
    const found = await client.query(
      'SELECT function_id, function_name FROM dbos.operation_outputs WHERE workflow_uuid = $1 ORDER BY 1',
      [id],
    );
    return found.rows.map(({ function_id, function_name }) => [function_id, function_name]);
  };

  it('a workflow a job, with its steps in order over waits, its end, and nothing of what they say', async () => {
    const engine = await startEngine('dbos');
    await enqueue(engine, 'asks_1');
    await untilWaiting(engine, 'asks_1');
    await untilStatus('asks_1', 'CANCELLED');
    await engine.answer(ACCOUNT, 'asks_1', 'person', 'yes');
    assert.equal((await engine.waitUntilEnded(ACCOUNT, 'asks_1'))?.result, 'secret yes');
    await untilStatus('asks_1', 'SUCCESS');
    assert.deepEqual(await stepsOf('asks_1'), [
      [0, 'first finished'],
      [1, 'person waiting'],
      [2, 'last finished'],
    ]);
    await enqueue(engine, 'fails_1');
    await untilStatus('fails_1', 'ERROR');
    await enqueue(engine, 'asks_2');
    await untilWaiting(engine, 'asks_2');
    await engine.stop(ACCOUNT, 'asks_2');
    await untilStatus('asks_2', 'CANCELLED');
    const kept = await client.query('SELECT count(*) FROM dbos.operation_outputs WHERE output LIKE $1', [
      '%secret%',
    ]);
    assert.equal(kept.rows[0].count, '0');
    await dbos.forget(Date.now() + 60_000);
    assert.equal(await statusOf('asks_1'), undefined);
    assert.equal((await engine.get(ACCOUNT, 'asks_1'))?.status, 'completed');
    engine.close();
  });

  it('a job goes on under the other engine, in both directions', async () => {
    for (const [id, first, second] of [
      ['asks_3', 'dbos', 'embedded'],
      ['asks_4', 'embedded', 'dbos'],
    ] as const) {
      const before = await startEngine(first);
      await enqueue(before, id);
      await untilWaiting(before, id);
      await before.drain(1_000);
      before.close();
      const engine = await startEngine(second);
      await engine.answer(ACCOUNT, id, 'person', 'on');
      assert.equal((await engine.waitUntilEnded(ACCOUNT, id))?.result, 'secret on');
      await engine.drain(1_000);
      engine.close();
    }
    await untilStatus('asks_4', 'SUCCESS');
    assert.equal(await statusOf('asks_3'), 'CANCELLED');
  });

  it('workflows that a dead process left open are settled as their jobs are, those of jobs that run are let be, and the doctor tells of both', async () => {
    const engine = await startEngine('dbos');
    const ids = ['done_1', 'fails_2', 'asks_5', 'asks_6', 'runs_1'];
    for (const id of ids) await enqueue(engine, id);
    await untilStatus('done_1', 'SUCCESS');
    await untilStatus('fails_2', 'ERROR');
    for (const id of ['asks_5', 'asks_6']) await untilStatus(id, 'CANCELLED');
    await engine.stop(ACCOUNT, 'asks_6');
    await until('the first to run', () => running.has('runs_1'));
    const problems = async () =>
      (await checkInvariants(db, workflowInvariants)).map(({ problems: found }) => found.length);
    assert.deepEqual(await problems(), [0, 0]);
    // As the death of their process leaves them, a while ago; one of them of a job that is gone since.
    await client.query(
      `
      UPDATE dbos.workflow_status SET status = 'PENDING', owner_xid = 'dead', updated_at = 1 WHERE workflow_uuid = ANY($1)`,
      [ids],
    );
    await client.query('UPDATE jobs SET finished_at = 1 WHERE finished_at IS NOT NULL');
    await client.query(
      "UPDATE dbos.workflow_status SET workflow_uuid = 'gone' WHERE workflow_uuid = 'asks_6'",
    );
    assert.deepEqual(await problems(), [4, 0]);
    for (const beat of beats) await beat();
    const found = await client.query('SELECT workflow_uuid AS id, status FROM dbos.workflow_status');
    const statuses = Object.fromEntries(found.rows.map(({ id, status }) => [id, status]));
    const [first, ended] = [{ done_1: 'SUCCESS', fails_2: 'ERROR' }, 'CANCELLED'];
    const expected = { ...first, asks_5: ended, gone: ended, runs_1: 'PENDING' };
    assert.deepEqual({ ...statuses, ...expected }, statuses);
    assert.deepEqual(await problems(), [0, 0]);
    await client.query("UPDATE dbos.workflow_status SET status = 'SUCCESS' WHERE workflow_uuid = 'asks_5'");
    assert.deepEqual(await problems(), [0, 1]);
    engine.close();
  });

  describe('with a tool of DBOS', () => {
    let tool: DBOSClient;
    before(async () => {
      tool = await DBOSClient.create({ systemDatabaseUrl: postgres.url() });
    });
    after(() => tool.destroy());

    it('cancelling a workflow stops its job, in the middle of a step', async () => {
      const engine = await startEngine('dbos');
      await enqueue(engine, 'runs_2');
      await until('the second to run', () => running.has('runs_2'));
      await tool.cancelWorkflow('runs_2');
      for (const beat of beats) await beat();
      assert.equal((await engine.waitUntilEnded(ACCOUNT, 'runs_2'))?.status, 'stopped');
      await untilStatus('runs_2', 'CANCELLED');
      engine.close();
    });

    it('resuming or forking the workflow of a job that waits begins nothing', async () => {
      const engine = await startEngine('dbos');
      await enqueue(engine, 'asks_7');
      await untilStatus('asks_7', 'CANCELLED');
      await untilWaiting(engine, 'asks_7');
      await tool.resumeWorkflow('asks_7');
      await tool.forkWorkflow('asks_7', 1, { newWorkflowID: 'fork' });
      for (const id of ['asks_7', 'fork']) await untilStatus(id, 'PENDING');
      for (const beat of beats) await beat();
      assert.deepEqual([await statusOf('asks_7'), await statusOf('fork')], ['CANCELLED', 'CANCELLED']);
      await engine.answer(ACCOUNT, 'asks_7', 'person', 'yes');
      assert.equal((await engine.waitUntilEnded(ACCOUNT, 'asks_7'))?.result, 'secret yes');
      engine.close();
    });
  });
});
