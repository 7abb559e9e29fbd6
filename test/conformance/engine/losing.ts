import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  charge,
  charges,
  type EngineWorld,
  ended,
  event,
  forever,
  gate,
  kind,
  newJob,
  startEngine,
  typesOf,
  untilStatus,
} from './harness.ts';

/** What an engine may still do with a job that another one has. */
export function losingTests(world: () => EngineWorld): void {
  it('refuses every write of an engine that has lost its job, and tells its handler', async () => {
    const zombie = gate();
    const lost = Promise.withResolvers<unknown>();
    let runs = 0;
    const definition = kind(async ({ steps, signal }) => {
      runs += 1;
      const run = runs;
      await steps.step('call', async () => {
        if (run === 1) await zombie.opened;
        return { value: run, events: [event(`run-${run}`)], statements: [charge(world(), `run-${run}`)] };
      });
      if (run === 1) lost.resolve(signal.reason);
      return { result: run };
    });
    const old = await startEngine(world(), {
      ...definition,
      run: (job) =>
        definition.run(job).catch((error: unknown) => {
          lost.resolve(error);
          throw error;
        }),
    });
    await old.enqueue(newJob('job_1'));
    await untilStatus(old, 'job_1', 'running');
    const engine = await startEngine(world(), definition);
    assert.equal((await ended(engine, 'job_1')).result, 2);
    zombie.open();
    assert.equal(Object(await lost.promise).name, 'ClaimLost');
    assert.deepEqual(await charges(world()), ['run-2']);
    assert.deepEqual(await typesOf(engine, 'job_1'), ['run-2', 'job_status']);
    old.close();
    engine.close();
  });

  it('notices at the next renewal of its lease that a job is lost', async () => {
    const lost = gate();
    const old = await startEngine(world(), async ({ signal }) => {
      signal.addEventListener('abort', () => lost.open());
      return forever;
    });
    await old.enqueue(newJob('job_1'));
    await untilStatus(old, 'job_1', 'running');
    const engine = await startEngine(world(), async () => ({ result: 'mine' }));
    assert.equal((await ended(engine, 'job_1')).result, 'mine');
    world().time.advance(5_000);
    await lost.opened;
    old.close();
    engine.close();
  });
}
