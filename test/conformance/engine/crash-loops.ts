import assert from 'node:assert/strict';
import { it } from 'node:test';
import { until } from '../../../src/testing/until.ts';
import {
  A,
  B,
  callLog,
  crash,
  type EngineWorld,
  ended,
  event,
  forever,
  gate,
  inTime,
  kind,
  newJob,
  startEngine,
  typesOf,
  untilStatus,
} from './harness.ts';

/** What becomes of jobs that take their process, or their store, down with them. */
export function crashLoopTests(world: () => EngineWorld): void {
  it('fails a job as crash_loop when the process died five times in it without a step finished', async () => {
    let runs = 0;
    const dying = kind(async ({ steps }) => {
      runs += 1;
      await steps.step('deadly', () => forever);
      return {};
    });
    let engine = await startEngine(world(), dying);
    await engine.enqueue(newJob('job_1'));
    for (let crashes = 1; crashes <= 5; crashes++) {
      await until('the next run', () => runs === crashes);
      crash(engine);
      engine = await startEngine(world(), dying);
    }
    const record = await ended(engine, 'job_1');
    assert.equal(record.status, 'failed');
    assert.equal(record.error?.code, 'crash_loop');
    assert.equal(runs, 5);
    assert.deepEqual(await typesOf(engine, 'job_1'), ['job_status']);
    engine.close();
  });

  it('counts crashes from the last finished step on, so that a long job survives many restarts', async () => {
    let engine = await startEngine(world(), async () => forever);
    await engine.enqueue(newJob('job_1'));
    for (let done = 1; done <= 7; done++) {
      crash(engine);
      const finished = gate();
      engine = await startEngine(world(), async ({ steps }) => {
        for (let i = 1; i <= done; i++) await steps.step(`${i}`, async () => ({ value: i }));
        finished.open();
        return done === 7 ? {} : forever;
      });
      await finished.opened;
    }
    assert.equal((await ended(engine, 'job_1')).status, 'completed');
    engine.close();
  });

  it('runs jobs one at a time that were there at two crashes, so that the deadly one is found', async () => {
    const ids = ['job_1', 'job_2', 'job_3'];
    const started: string[] = [];
    const dying = kind(async ({ id }) => {
      started.push(id);
      return forever;
    });
    let engine = await startEngine(world(), dying);
    for (const id of ids) await engine.enqueue(newJob(id));
    for (let crashes = 1; crashes <= 2; crashes++) {
      await until('three jobs to run', () => started.length === 3);
      crash(engine);
      started.length = 0;
      if (crashes === 1) engine = await startEngine(world(), dying);
    }
    const gates = new Map(ids.map((id) => [id, gate()]));
    engine = await startEngine(world(), async ({ id }) => {
      started.push(id);
      await gates.get(id)?.opened;
      return {};
    });
    await engine.enqueue(newJob('job_4', B));
    await until(
      'one suspect and the new job to run',
      () => started,
      (ids) => ids.includes('job_4') && ids.length === 2,
    );
    for (let i = 0; i < 3; i++) {
      const suspects = started.filter((id) => id !== 'job_4');
      assert.equal(suspects.length, i + 1);
      gates.get(suspects.at(-1) ?? '')?.open();
      await ended(engine, suspects.at(-1) ?? '');
      if (i < 2) await until('the next suspect', () => started.length === i + 3);
    }
    engine.close();
  });

  for (const point of ['job.before-rest', 'job.before-finish']) {
    it(`goes on with a job, in the same process, when the store fails at ${point}`, async () => {
      let failures = 0;
      const faults = {
        hit(name: string) {
          if (name === point && ++failures <= 2) throw new Error('the disk is full');
        },
      };
      const log = callLog();
      const engine = await startEngine(
        world(),
        async ({ steps }) => {
          await steps.step('one', log.work('one', 1));
          return { result: await steps.waitFor('person', { events: [event('asked')] }) };
        },
        { faults },
      );
      await engine.enqueue(newJob('job_1'));
      await until(
        'the wait',
        () => engine.openWaits(A, 'job_1'),
        ({ length }) => length === 1,
      );
      if (point === 'job.before-finish') await untilStatus(engine, 'job_1', 'waiting_for_input');
      await engine.answer(A, 'job_1', 'person', 'yes');
      const record = await inTime(world(), engine.waitUntilEnded(A, 'job_1'));
      assert.equal(record?.result, 'yes');
      assert.deepEqual(log.calls, ['one']);
      assert.deepEqual(await typesOf(engine, 'job_1'), ['asked', 'job_status']);
      engine.close();
    });
  }

  it('fails a job whose end can never be kept, instead of trying for ever', async () => {
    let failures = 0;
    const faults = {
      hit(name: string) {
        if (name === 'job.before-finish') {
          failures += 1;
          throw new Error('always');
        }
      },
    };
    const engine = await startEngine(world(), async () => ({ result: 1 }), { faults });
    await engine.enqueue(newJob('job_1'));
    const record = await inTime(world(), engine.waitUntilEnded(A, 'job_1'));
    assert.equal(record?.error?.code, 'crash_loop');
    assert.equal(failures, 5);
    engine.close();
  });
}
