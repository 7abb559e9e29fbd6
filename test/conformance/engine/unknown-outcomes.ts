import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { JobContext } from '../../../src/engine/index.ts';
import { beforeAnything, commonErrors } from '../../../src/lib/errors.ts';
import {
  A,
  callLog,
  crash,
  crashBetween,
  type EngineWorld,
  ended,
  eventsOf,
  forever,
  gate,
  inTime,
  newJob,
  startEngine,
  untilStatus,
} from './harness.ts';

/** What becomes of a step that may have acted on the outside before its process died. */
export function unknownOutcomeTests(world: () => EngineWorld): void {
  it('asks a person about a step whose outcome is unknown, and repeats nothing by itself', async () => {
    const log = callLog();
    const keys: string[] = [];
    const work = async ({ steps }: JobContext, during: () => Promise<unknown>) =>
      steps.within('task_1').step(
        'pay',
        async (step) => {
          log.calls.push('pay');
          keys.push(step.idempotencyKey);
          await during();
          return { value: `paid at try ${step.attempt}` };
        },
        { effects: 'unknown' },
      );
    for (const [id, decision, status, result] of [
      ['retry', { action: 'retry' }, 'completed', 'paid at try 2'],
      ['result', { action: 'result', value: 'seen in the books' }, 'completed', 'seen in the books'],
      ['fail', { action: 'fail', reason: 'too risky' }, 'failed', undefined],
    ] as const) {
      log.calls.length = 0;
      const reached = gate();
      const before = await startEngine(world(), async (job) => ({
        result: await work(job, () => {
          reached.open();
          return forever;
        }),
      }));
      await before.enqueue(newJob(id));
      await reached.opened;
      crash(before);
      const engine = await startEngine(world(), async (job) => ({
        result: await work(job, async () => undefined),
      }));
      await untilStatus(engine, id, 'waiting_for_input');
      const [wait] = await engine.openWaits(A, id);
      assert.equal(wait?.reason, 'unknown_outcome');
      assert.equal(wait?.scope, 'task_1');
      const asked = (await eventsOf(engine, id)).find(({ type }) => type === 'waiting_for_input');
      assert.equal(asked?.data.task_id, 'task_1');
      await assert.rejects(engine.answer(A, id, 'task_1/pay', 'perhaps'), /Invalid 'action'/);
      assert.equal(await engine.answer(A, id, 'task_1/pay', decision), 'answered');
      const record = await ended(engine, id);
      assert.equal(record.status, status);
      assert.equal(record.result, result);
      if (id === 'fail') assert.match(record.error?.message ?? '', /too risky/);
      assert.equal(log.times('pay'), id === 'retry' ? 2 : 1);
      engine.close();
    }
    assert.equal(new Set(keys).size, 3, 'one key a job, whatever the try');
  });

  it('runs a step again that met an outage before it had begun, and asks nobody; one that may have begun is asked about', async () => {
    let outages = 2;
    const away = commonErrors.service_unavailable('The database cannot be reached');
    const engine = await startEngine(world(), async ({ id, steps }) => ({
      result: await steps.step(
        'pay',
        async ({ attempt }) => {
          if (outages-- > 0) throw id === 'before' ? beforeAnything(away) : away;
          return { value: `paid at try ${attempt}` };
        },
        { effects: 'unknown' },
      ),
    }));
    await engine.enqueue(newJob('before'));
    const record = await inTime(world(), ended(engine, 'before'));
    assert.deepEqual([record.status, record.result], ['completed', 'paid at try 1']);
    outages = 1;
    await engine.enqueue(newJob('during'));
    await inTime(world(), untilStatus(engine, 'during', 'waiting_for_input'));
    engine.close();
  });

  it('runs it again also when the outage lasts until after the job was to be given back', async () => {
    const { db } = world();
    const write = db.write.bind(db);
    const away = commonErrors.service_unavailable('The database cannot be reached');
    let [tries, refusals] = [0, 0];
    db.write = async (...args) => {
      if (refusals-- > 0) throw away;
      return write(...args);
    };
    const engine = await startEngine(world(), async ({ steps }) => ({
      result: await steps.step(
        'pay',
        async () => {
          if (tries++ > 0) return { value: 'paid' };
          refusals = 2;
          throw beforeAnything(away);
        },
        { effects: 'unknown' },
      ),
    }));
    await engine.enqueue(newJob('job_1'));
    const record = await inTime(world(), ended(engine, 'job_1'));
    assert.deepEqual([record.status, record.result, tries], ['completed', 'paid', 2]);
    engine.close();
  });

  it('runs a step of unknown outcome again with the same key where its policy says so', async () => {
    const seen: [string, number][] = [];
    const work = ({ steps }: JobContext, during: () => Promise<unknown>) =>
      steps.step(
        'pay',
        async (step) => {
          seen.push([step.idempotencyKey, step.attempt]);
          await during();
          return { value: 'paid' };
        },
        { effects: 'unknown', whenUnknown: 'retry-with-same-key' },
      );
    const engine = await crashBetween(
      world(),
      (job, died) => work(job, died),
      (job) => work(job, async () => undefined),
    );
    assert.equal((await ended(engine, 'job_1')).result, 'paid');
    assert.deepEqual(seen, [
      ['job_1/pay', 1],
      ['job_1/pay', 2],
    ]);
    engine.close();
  });
}
