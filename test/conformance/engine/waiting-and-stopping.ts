import assert from 'node:assert/strict';
import { it } from 'node:test';
import { joinBranches } from '../../../src/engine/index.ts';
import { until } from '../../../src/testing/until.ts';
import {
  A,
  callLog,
  charge,
  charges,
  crash,
  type EngineWorld,
  ended,
  event,
  eventsOf,
  gate,
  kind,
  newJob,
  refusedStatement,
  startEngine,
  typesOf,
  untilStatus,
  within,
} from './harness.ts';

const forever = new Promise<never>(() => undefined);

export function waitingTests(world: () => EngineWorld): void {
  it('waits for an answer in nobody’s memory, across restarts, and goes on with it', async () => {
    const log = callLog();
    let unwound = 0;
    const definition = kind(async ({ steps }) => {
      try {
        const draft = await steps.step('draft', log.work('draft', 'a draft'));
        const answer = await steps.within('task_1').waitFor('approval', {
          events: [event('waiting_for_input', { task_id: 'task_1', prompt: draft })],
          detail: { prompt: draft },
        });
        return { result: { draft, answer } };
      } finally {
        unwound += 1;
      }
    });
    const before = await startEngine(world(), definition, { concurrency: 1 });
    await before.enqueue(newJob('job_1'));
    await untilStatus(before, 'job_1', 'waiting_for_input');
    assert.equal(unwound, 1, 'the handler has left');
    assert.deepEqual(
      (await before.openWaits(A, 'job_1')).map(({ name, scope, reason, detail }) => [
        name,
        scope,
        reason,
        detail,
      ]),
      [['task_1/approval', 'task_1', 'input', { prompt: 'a draft' }]],
    );
    await before.enqueue(newJob('job_2'));
    await untilStatus(before, 'job_2', 'waiting_for_input');
    crash(before);

    const engine = await startEngine(world(), definition);
    assert.equal((await engine.get(A, 'job_1'))?.status, 'waiting_for_input');
    assert.equal(await engine.answer(A, 'job_1', 'approval', true), 'not_waiting');
    assert.equal(await engine.answer(A, 'job_1', 'task_1/approval', { approve: true }), 'answered');
    const record = await ended(engine, 'job_1');
    assert.deepEqual(record.result, { draft: 'a draft', answer: { approve: true } });
    assert.equal(await engine.answer(A, 'job_1', 'task_1/approval', { approve: false }), 'not_waiting');
    assert.deepEqual(await typesOf(engine, 'job_1'), ['waiting_for_input', 'job_status']);
    assert.equal(log.times('draft'), 2, 'once for each job');
    engine.close();
  });

  it('takes an answer once, however many give one at the same time', async () => {
    const engine = await startEngine(world(), async ({ steps }) => ({
      result: await steps.waitFor('approval'),
    }));
    await engine.enqueue(newJob('job_1'));
    await untilStatus(engine, 'job_1', 'waiting_for_input');
    const replies = await Promise.all([1, 2, 3].map((n) => engine.answer(A, 'job_1', 'approval', n)));
    assert.deepEqual(replies.toSorted(), ['answered', 'not_waiting', 'not_waiting']);
    assert.equal((await ended(engine, 'job_1')).result, replies.indexOf('answered') + 1);
    engine.close();
  });

  it('works on in one branch while another waits, and does not miss an answer that comes meanwhile', async () => {
    const log = callLog();
    const busy = gate();
    const engine = await startEngine(world(), async ({ steps }) => {
      const [answer, worked] = await joinBranches([
        steps.within('asks').waitFor('approval', { events: [event('asked')] }),
        (async () => {
          await steps.within('works').step('1', async () => {
            log.calls.push('1');
            await busy.opened;
            return { value: 1 };
          });
          return steps.within('works').step('2', log.work('2', 2));
        })(),
      ]);
      return { result: [answer ?? null, worked ?? null] };
    });
    await engine.enqueue(newJob('job_1'));
    await until(
      'the wait',
      () => engine.openWaits(A, 'job_1'),
      ({ length }) => length === 1,
    );
    assert.equal((await engine.get(A, 'job_1'))?.status, 'running');
    assert.equal(await engine.answer(A, 'job_1', 'asks/approval', 'yes'), 'answered');
    busy.open();
    assert.deepEqual((await ended(engine, 'job_1')).result, ['yes', 2]);
    assert.deepEqual(log.calls, ['1', '2']);
    engine.close();
  });

  it('fails a job that passes over a wait instead of leaving off', async () => {
    const engine = await startEngine(world(), async ({ steps }) => {
      await steps.waitFor('approval').catch(() => 'never mind');
      return { result: 'went on' };
    });
    await engine.enqueue(newJob('job_1'));
    assert.equal((await ended(engine, 'job_1')).error?.code, 'wait_ignored');
    assert.deepEqual(await engine.openWaits(A, 'job_1'), []);
    engine.close();
  });

  it('sleeps until a time that was set once, across restarts', async () => {
    const { time } = world();
    const start = time.clock.now();
    const asleep = gate();
    const definition = kind(async ({ steps }) => {
      await steps.sleepUntil('nap', time.clock.now() + 60_000).finally(asleep.open);
      return { result: time.clock.now() - start };
    });
    const before = await startEngine(world(), definition);
    await before.enqueue(newJob('job_1'));
    await asleep.opened;
    await untilStatus(before, 'job_1', 'queued');
    time.advance(30_000);
    crash(before);
    const engine = await startEngine(world(), definition);
    time.advance(29_999);
    assert.equal((await engine.get(A, 'job_1'))?.status, 'queued');
    time.advance(1);
    assert.equal((await ended(engine, 'job_1')).result, 60_000);
    engine.close();
  });
}

export function stoppingTests(world: () => EngineWorld): void {
  it('stops a job that is queued, delayed or waiting at once, and it never runs again', async () => {
    let runs = 0;
    const engine = await startEngine(
      world(),
      async ({ id, steps }) => {
        runs += 1;
        if (id === 'waiting') await steps.waitFor('approval');
        return forever;
      },
      { concurrency: 1, accountConcurrency: 1 },
    );
    await engine.enqueue(newJob('waiting'));
    await untilStatus(engine, 'waiting', 'waiting_for_input');
    await engine.enqueue(newJob('running'));
    await until('the second job to run', () => runs === 2);
    await engine.enqueue(newJob('queued'));
    await engine.enqueue({ ...newJob('delayed'), availableAt: world().time.clock.now() + 1_000 });
    for (const id of ['waiting', 'queued', 'delayed']) {
      assert.equal((await engine.stop(A, id))?.status, 'stopped');
      assert.deepEqual((await eventsOf(engine, id)).at(-1)?.data, { status: 'stopped' });
    }
    assert.equal(await engine.answer(A, 'waiting', 'approval', true), 'not_waiting');
    await within(world(), 1_000, () => engine.stop(A, 'running'));
    world().time.advance(10_000);
    await engine.enqueue(newJob('last'));
    await until('the last job to run', () => runs === 3);
    engine.close();
  });

  it('aborts what runs, keeps what it still leaves in time, and starts no further step', async () => {
    const log = callLog();
    const began = gate();
    const engine = await startEngine(world(), async ({ steps, signal }) => {
      await steps.step('call', async () => {
        began.open();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return { value: 'partial', events: [event('partial')], statements: [charge(world(), 'partial')] };
      });
      await steps.step('next', log.work('next', 1));
      return {};
    });
    await engine.enqueue(newJob('job_1'));
    await began.opened;
    const record = await engine.stop(A, 'job_1');
    assert.equal(record?.status, 'stopped');
    assert.deepEqual(log.calls, []);
    assert.deepEqual(await charges(world()), ['partial']);
    assert.deepEqual(await typesOf(engine, 'job_1'), ['partial', 'job_status']);
    engine.close();
  });

  it('stops a job whose handler ignores the signal within a second, and refuses what it still writes', async () => {
    const [began, late, refused] = [gate(), gate(), gate()];
    const engine = await startEngine(
      world(),
      kind(
        async ({ steps }) => {
          await steps
            .step('deaf', async () => {
              began.open();
              await late.opened;
              return { value: 1, statements: [charge(world(), 'late')] };
            })
            .finally(refused.open);
          return {};
        },
        { onEnd: (_job, end) => ({ statements: [charge(world(), `released-${end.status}`)] }) },
      ),
    );
    await engine.enqueue(newJob('job_1'));
    await began.opened;
    const stops = () => Promise.all([engine.stop(A, 'job_1'), engine.stop(A, 'job_1')]);
    assert.deepEqual(
      (await within(world(), 999, stops)).map((record) => record?.status),
      ['stopped', 'stopped'],
    );
    late.open();
    await refused.opened;
    assert.deepEqual(await charges(world()), ['released-stopped']);
    assert.deepEqual(await typesOf(engine, 'job_1'), ['job_status']);
    engine.close();
  });

  it('leaves a job that has ended as it is', async () => {
    const engine = await startEngine(world(), async () => ({ result: 1 }));
    await engine.enqueue(newJob('job_1'));
    const before = await ended(engine, 'job_1');
    assert.deepEqual(await engine.stop(A, 'job_1'), before);
    assert.deepEqual(await typesOf(engine, 'job_1'), ['job_status']);
    engine.close();
  });

  it('adds what the kind of job adds to every end, and asks again when the store has moved on', async () => {
    let asked = 0;
    const ends: string[] = [];
    const engine = await startEngine(
      world(),
      kind(
        async ({ id }) => {
          if (id === 'fails') throw Object.assign(new Error('x'), { name: 'x' });
          return {};
        },
        {
          retry: { maxAttempts: 1, baseMs: 1, maxMs: 1 },
          onEnd: ({ id }, end) => {
            asked += 1;
            if (asked === 1) return { statements: [refusedStatement(world())] };
            ends.push(`${id} ${end.status}`);
            return { events: [event('added')], statements: [charge(world(), id)] };
          },
        },
      ),
    );
    for (const id of ['completes', 'fails']) {
      await engine.enqueue(newJob(id));
      await ended(engine, id);
      assert.deepEqual(await typesOf(engine, id), ['added', 'job_status']);
    }
    assert.deepEqual(ends, ['completes completed', 'fails failed']);
    assert.deepEqual(await charges(world()), ['completes', 'fails']);
    engine.close();
  });

  it('ends a job even when what its kind adds is refused for good or cannot be had', async () => {
    const engine = await startEngine(
      world(),
      kind(async () => ({}), {
        onEnd: ({ id }) => {
          if (id === 'throws') throw new Error('no');
          return { statements: [refusedStatement(world())] };
        },
      }),
    );
    for (const id of ['throws', 'refused']) {
      await engine.enqueue(newJob(id));
      assert.equal((await ended(engine, id)).status, 'completed');
    }
    engine.close();
  });
}
