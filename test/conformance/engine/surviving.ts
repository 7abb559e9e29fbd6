import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type JobContext, joinBranches } from '../../../src/engine/index.ts';
import { invalid, MusterError } from '../../../src/lib/errors.ts';
import {
  A,
  B,
  callLog,
  charge,
  charges,
  crash,
  type EngineWorld,
  ended,
  event,
  eventsOf,
  gate,
  inTime,
  kind,
  newJob,
  startEngine,
  typesOf,
  until,
  untilStatus,
} from './harness.ts';

/** Never resolves: what runs when the process dies. */
const forever = new Promise<never>(() => undefined);

export function survivingTests(world: () => EngineWorld): void {
  /** Runs `first` until `reached`, lets the process die, and starts one that runs `second`. */
  async function crashBetween(
    first: (job: JobContext, died: () => Promise<never>) => Promise<unknown>,
    second: (job: JobContext) => Promise<unknown>,
  ) {
    const reached = gate();
    const died = () => {
      reached.open();
      return forever;
    };
    const before = await startEngine(world(), async (job) => {
      await first(job, died);
      return {};
    });
    await before.enqueue(newJob('job_1'));
    await reached.opened;
    crash(before);
    return startEngine(world(), async (job) => ({ result: (await second(job)) as string }));
  }

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
      const engine = await crashBetween(async ({ steps }, died) => {
        await steps.step('a', async () => ({ value: 1 }));
        await steps.step('b', async () => ({ value: 2 }));
        await died();
      }, second);
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
      (job, died) =>
        work(job, ['left', 'right'], async () => {
          await until(() => log.times('right/2') === 1);
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
      await until(() => runs === crashes);
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
      await until(() => started.length === 3);
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
    await until(() => started.includes('job_4') && started.length === 2);
    for (let i = 0; i < 3; i++) {
      const suspects = started.filter((id) => id !== 'job_4');
      assert.equal(suspects.length, i + 1);
      gates.get(suspects.at(-1) ?? '')?.open();
      await ended(engine, suspects.at(-1) ?? '');
      if (i < 2) await until(() => started.length === i + 3);
    }
    engine.close();
  });

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
      await until(async () => (await engine.openWaits(A, 'job_1')).length === 1);
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
