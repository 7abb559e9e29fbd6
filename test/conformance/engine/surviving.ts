import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type JobContext, joinBranches } from '../../../src/engine/index.ts';
import { invalid, MusterError } from '../../../src/lib/errors.ts';
import { until } from '../../../src/testing/until.ts';
import {
  callLog,
  charge,
  charges,
  crashBetween,
  type EngineWorld,
  ended,
  event,
  typesOf,
} from './harness.ts';

/** What a process that takes a job up finds of what was done before. */
export function survivingTests(world: () => EngineWorld): void {
  it('goes on after the last finished step: nothing finished runs again, nothing is told or charged twice', async () => {
    const log = callLog();
    const work = async ({ steps }: JobContext, last: () => Promise<unknown>) => {
      await steps.emit('begin', [event('begin')]);
      const one = await steps.step('one', async () => {
        log.calls.push('one');
        return { value: 1, events: [event('one')], statements: [charge(world(), 'one')] };
      });
      const two = await steps.step('two', async () => {
        log.calls.push('two');
        return { value: one + 1, events: [event('two')], statements: [charge(world(), 'two')] };
      });
      return steps.step('three', async () => {
        log.calls.push('three');
        await last();
        return { value: `sum ${one + two}`, statements: [charge(world(), 'three')] };
      });
    };
    const engine = await crashBetween(
      world(),
      (job, died) => work(job, died),
      (job) => work(job, async () => undefined),
    );
    const record = await ended(engine, 'job_1');
    assert.equal(record.result, 'sum 3');
    assert.equal(record.attempt, 1, 'a crash is no failed attempt');
    assert.deepEqual(log.calls, ['one', 'two', 'three', 'three']);
    assert.deepEqual(await charges(world()), ['one', 'three', 'two']);
    assert.deepEqual(await typesOf(engine, 'job_1'), ['begin', 'one', 'two', 'job_status']);
    engine.close();
  });

  it('gives back the values of finished steps as they were: money, bytes, errors, nothing', async () => {
    const value = {
      cost: 12_345_678_901_234_567_890n,
      bytes: new Uint8Array([1, 2, 255]),
      error: invalid('topic', 'is missing'),
      list: [undefined, null, { $muster: ['bigint', '1'] }],
      text: 'läuft 🔑',
    };
    const seen: unknown[] = [];
    const work = async ({ steps }: JobContext) => {
      seen.push(await steps.step('rich', async () => ({ value })));
      seen.push(await steps.step('nothing', async () => ({ value: undefined })));
    };
    const engine = await crashBetween(
      world(),
      async (job, died) => {
        await work(job);
        await died();
      },
      async (job) => {
        await work(job);
        return 'ok';
      },
    );
    await ended(engine, 'job_1');
    const [, , again, nothing] = seen;
    assert.deepEqual({ ...Object(again), error: undefined }, { ...value, error: undefined });
    const { error } = Object(again);
    assert.ok(error instanceof MusterError && error.status === 400 && error.details.field === 'topic');
    assert.equal(nothing, undefined);
    engine.close();
  });

  it('lets a step that failed, and that the job went on without, fail the same way again', async () => {
    const log = callLog();
    const work = async ({ steps }: JobContext, last: () => Promise<unknown>) => {
      const first = await steps
        .step('risky', async () => {
          log.calls.push('risky');
          if (log.times('risky') === 1) throw invalid('x', 'is wrong');
          return { value: 'fine' };
        })
        .catch((error: Error) => error.message);
      const second = await steps.step('after', log.work('after', `then ${first}`));
      await last();
      return second;
    };
    const engine = await crashBetween(
      world(),
      (job, died) => work(job, died),
      (job) => work(job, async () => undefined),
    );
    assert.equal((await ended(engine, 'job_1')).result, "then Invalid 'x': is wrong");
    assert.deepEqual(log.calls, ['risky', 'after']);
    engine.close();
  });

  for (const [what, second] of [
    ['another step', async ({ steps }: JobContext) => steps.step('other', async () => ({ value: 'x' }))],
    [
      'a step before its turn',
      async ({ steps }: JobContext) => steps.step('b', async () => ({ value: 'x' })),
    ],
    ['nothing any more', async () => 'done'],
    [
      'one step twice',
      async ({ steps }: JobContext) => {
        await steps.step('a', async () => ({ value: 'x' }));
        return steps.step('a', async () => ({ value: 'x' }));
      },
    ],
  ] as const) {
    it(`fails a job that is taken up again and asks for ${what}`, async () => {
      const engine = await crashBetween(
        world(),
        async ({ steps }, died) => {
          await steps.step('a', async () => ({ value: 1 }));
          await steps.step('b', async () => ({ value: 2 }));
          await died();
        },
        second,
      );
      const record = await ended(engine, 'job_1');
      assert.equal(record.status, 'failed');
      assert.equal(record.error?.code, 'job_changed');
      engine.close();
    });
  }

  it('takes up branches in whatever order they come, each by its own steps', async () => {
    const log = callLog();
    const work = async ({ steps }: JobContext, order: readonly string[], last: () => Promise<unknown>) => {
      await joinBranches(
        order.map(async (name) => {
          const branch = steps.within(name);
          await branch.step('1', log.work(`${name}/1`, 1));
          await branch.within('inner').step('1', log.work(`${name}/inner/1`, 1));
          if (name === 'left') await last();
          await branch.step('2', log.work(`${name}/2`, 2));
        }),
      );
      return 'ok';
    };
    const engine = await crashBetween(
      world(),
      (job, died) =>
        work(job, ['left', 'right'], async () => {
          await until('the second step on the right', () => log.times('right/2') === 1);
          await died();
        }),
      (job) => work(job, ['right', 'left'], async () => undefined),
    );
    assert.equal((await ended(engine, 'job_1')).status, 'completed');
    assert.deepEqual([...log.calls].sort(), [
      'left/1',
      'left/2',
      'left/inner/1',
      'right/1',
      'right/2',
      'right/inner/1',
    ]);
    engine.close();
  });
}
