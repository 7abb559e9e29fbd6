import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { JobContext } from '../../../src/engine/index.ts';
import {
  A,
  callLog,
  charge,
  charges,
  type EngineWorld,
  ended,
  forever,
  gate,
  newJob,
  startEngine,
  untilStatus,
} from './harness.ts';

/** How jobs are handed over when a process goes down in order. */
export function shutdownTests(world: () => EngineWorld): void {
  it('lets running steps finish at a shutdown and hands the job over without counting a crash', async () => {
    const log = callLog();
    const [began, finish] = [gate(), gate()];
    const work = async ({ id, steps }: JobContext) => {
      await steps.step('one', async () => {
        log.calls.push('one');
        began.open();
        await finish.opened;
        return { value: 1, statements: [charge(world(), id)] };
      });
      return steps.step('two', log.work('two', 'two'));
    };
    const before = await startEngine(world(), async (job) => ({ result: await work(job) }));
    await before.enqueue(newJob('job_1'));
    await began.opened;
    const drained = before.drain(10_000);
    await before.enqueue(newJob('job_2'));
    finish.open();
    await drained;
    assert.equal((await before.get(A, 'job_1'))?.status, 'queued');
    assert.equal((await before.get(A, 'job_2'))?.status, 'queued');
    assert.deepEqual(log.calls, ['one']);
    before.close();
    const engine = await startEngine(world(), async (job) => ({ result: await work(job) }));
    assert.equal((await ended(engine, 'job_1')).result, 'two');
    assert.equal((await ended(engine, 'job_2')).result, 'two');
    assert.deepEqual(log.calls.toSorted(), ['one', 'one', 'two', 'two']);
    assert.deepEqual(await charges(world()), ['job_1', 'job_2']);
    engine.close();
  });

  it('cuts off at the end of a shutdown’s grace what does not leave off', async () => {
    const aborted = gate();
    const before = await startEngine(world(), async ({ steps, signal }) => {
      signal.addEventListener('abort', () => aborted.open());
      await steps.step('endless', () => forever);
      return {};
    });
    await before.enqueue(newJob('job_1'));
    await untilStatus(before, 'job_1', 'running');
    const drained = before.drain(10_000);
    world().time.advance(10_000);
    await aborted.opened;
    world().time.advance(1_000);
    await drained;
    assert.equal((await before.get(A, 'job_1'))?.status, 'queued');
    before.close();
    const engine = await startEngine(world(), async () => ({ result: 'ok' }));
    assert.equal((await ended(engine, 'job_1')).result, 'ok');
    engine.close();
  });
}
