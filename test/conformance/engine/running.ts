import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DatabaseConflict } from '../../../src/db/index.ts';
import { TerminalError } from '../../../src/engine/index.ts';
import { commonErrors, invalid } from '../../../src/lib/errors.ts';
import { until } from '../../../src/testing/until.ts';
import {
  A,
  B,
  charge,
  charges,
  type EngineWorld,
  ended,
  event,
  eventsOf,
  kind,
  newJob,
  refusedStatement,
  startEngine,
  typesOf,
  untilStatus,
} from './harness.ts';

export function runningTests(world: () => EngineWorld): void {
  it('runs a job to its end: result, record, events in order, job_status last', async () => {
    const engine = await startEngine(world(), async ({ input, steps }) => {
      const doubled = await steps.step('double', async (step) => {
        step.emit(event('first'));
        return { value: 21 * 2, events: [event('second')] };
      });
      await steps.emit('note', [event('third', { doubled })]);
      return { result: { input, doubled }, events: [event('fourth')] };
    });
    await engine.enqueue(newJob('job_1'));
    const record = await ended(engine, 'job_1');
    assert.equal(record.status, 'completed');
    assert.deepEqual(record.result, { input: { id: 'job_1' }, doubled: 42 });
    assert.equal(record.finishedAt, world().time.clock.now());
    assert.deepEqual(
      (await eventsOf(engine, 'job_1')).map(({ type, data }) => [type, data]),
      [
        ['first', {}],
        ['second', {}],
        ['third', { doubled: 42 }],
        ['fourth', {}],
        ['job_status', { status: 'completed' }],
      ],
    );
    engine.close();
  });

  it('shows a job, its events and its list to its own account only', async () => {
    const engine = await startEngine(world(), async () => ({}));
    await engine.enqueue(newJob('job_1'));
    await ended(engine, 'job_1');
    assert.equal(await engine.get(B, 'job_1'), undefined);
    assert.equal(await engine.stop(B, 'job_1'), undefined);
    assert.equal(await engine.answer(B, 'job_1', 'x', null), 'not_found');
    assert.equal(await engine.waitUntilEnded(B, 'job_1'), undefined);
    assert.equal(await engine.subscribe(B, 'job_1', 0, { onEvents: () => undefined }), undefined);
    assert.deepEqual(await engine.openWaits(B, 'job_1'), []);
    assert.equal((await engine.list(B, {}, { page: 1, limit: 20 })).total, 0);
    engine.close();
  });

  it('keeps a job together with the statements it was enqueued with, or neither', async () => {
    const engine = await startEngine(world(), async () => ({}));
    await engine.enqueue({ ...newJob('job_1'), statements: [charge(world(), 'with-job-1')] });
    await assert.rejects(
      engine.enqueue({ ...newJob('job_2'), statements: [charge(world(), 'x'), refusedStatement(world())] }),
    );
    await assert.rejects(engine.enqueue(newJob('job_1')), DatabaseConflict);
    await ended(engine, 'job_1');
    assert.equal(await engine.get(A, 'job_2'), undefined);
    assert.deepEqual(await charges(world()), ['with-job-1']);

    const { statements, written } = engine.prepareEnqueue(newJob('job_3'));
    assert.equal((await world().db.write([...statements, charge(world(), 'with-job-3')])).ok, true);
    written();
    assert.equal((await ended(engine, 'job_3')).status, 'completed');
    engine.close();
  });

  it('keeps value, events and statements of a step together, or none of them and fails the job', async () => {
    const engine = await startEngine(world(), async ({ steps }) => {
      await steps.step('good', async () => ({ value: 1, statements: [charge(world(), 'good')] }));
      await steps.step('bad', async () => ({
        value: 2,
        events: [event('told')],
        statements: [charge(world(), 'bad'), refusedStatement(world())],
      }));
      return {};
    });
    await engine.enqueue(newJob('job_1'));
    const record = await ended(engine, 'job_1');
    assert.equal(record.status, 'failed');
    assert.equal(record.error?.code, 'step_refused');
    assert.deepEqual(await charges(world()), ['good']);
    assert.deepEqual(await typesOf(engine, 'job_1'), ['job_status']);

    await engine.enqueue(newJob('job_2'));
    assert.equal((await ended(engine, 'job_2')).error?.code, 'step_refused', 'a charge made before');
    engine.close();
  });

  it('keeps what a job leaves at its end with the end, and fails the job when that is refused', async () => {
    const engine = await startEngine(world(), async ({ id }) => ({
      result: 'made',
      statements: id === 'job_1' ? [charge(world(), 'end')] : [refusedStatement(world())],
    }));
    await engine.enqueue(newJob('job_1'));
    await engine.enqueue(newJob('job_2'));
    assert.equal((await ended(engine, 'job_1')).status, 'completed');
    const refused = await ended(engine, 'job_2');
    assert.equal(refused.status, 'failed');
    assert.equal(refused.error?.code, 'step_refused');
    assert.deepEqual(await charges(world()), ['end']);
    engine.close();
  });

  it('tries again after errors that may pass, with growing random pauses, and fails with the reason after the last', async () => {
    let tries = 0;
    const engine = await startEngine(
      world(),
      kind(
        async ({ attempt }) => {
          tries += 1;
          assert.equal(attempt, tries);
          throw commonErrors.service_unavailable('The provider is away.');
        },
        { retry: { maxAttempts: 3, baseMs: 1_000, maxMs: 60_000 } },
      ),
    );
    await engine.enqueue(newJob('job_1'));
    for (const [attempt, boundMs] of [
      [2, 1_000],
      [3, 2_000],
    ] as const) {
      await until(`attempt ${attempt - 1}`, () => tries === attempt - 1);
      await untilStatus(engine, 'job_1', 'queued');
      assert.equal(tries, attempt - 1, 'it pauses first');
      world().time.advance(boundMs);
      await until(`attempt ${attempt}`, () => tries === attempt);
    }
    const record = await ended(engine, 'job_1');
    assert.equal(record.status, 'failed');
    assert.deepEqual(record.error, { code: 'service_unavailable', message: 'The provider is away.' });
    assert.equal(tries, 3);
    engine.close();
  });

  it('fails at once for errors that will not pass, and says nothing of the server’s own faults', async () => {
    const errors = {
      terminal: new TerminalError('budget_reached', 'The budget of the job is spent.'),
      request: invalid('topic', 'is missing'),
      fault: new Error('SQL secret'),
    };
    const engine = await startEngine(
      world(),
      kind(
        async ({ id }) => {
          throw id === 'terminal' ? errors.terminal : id === 'request' ? errors.request : errors.fault;
        },
        { retry: { maxAttempts: 1, baseMs: 1, maxMs: 1 } },
      ),
    );
    for (const id of Object.keys(errors)) await engine.enqueue(newJob(id));
    assert.deepEqual((await ended(engine, 'terminal')).error, {
      code: 'budget_reached',
      message: 'The budget of the job is spent.',
    });
    assert.equal((await ended(engine, 'request')).error?.code, 'validation_error');
    const fault = (await ended(engine, 'fault')).error;
    assert.equal(fault?.code, 'internal_error');
    assert.doesNotMatch(fault?.message ?? '', /secret/);
    engine.close();
  });

  it('tries a step again by its own policy, with the same key, keeping only what the last try told', async () => {
    const keys: string[] = [];
    const engine = await startEngine(world(), async ({ steps }) => {
      const value = await steps.step(
        'flaky',
        async (step) => {
          keys.push(step.idempotencyKey);
          step.emit(event('try', { attempt: step.attempt }));
          if (keys.length < 3) throw new Error('not yet');
          return { value: keys.length };
        },
        { retry: { maxAttempts: 3, baseMs: 100, maxMs: 1_000 } },
      );
      return { result: value };
    });
    await engine.enqueue(newJob('job_1'));
    for (const tries of [1, 2]) {
      await until(`the pause after try ${tries}`, () => keys.length === tries && world().time.pending > 1);
      world().time.advance(1_000);
    }
    assert.equal((await ended(engine, 'job_1')).result, 3);
    assert.equal(new Set(keys).size, 1);
    assert.deepEqual(
      (await eventsOf(engine, 'job_1')).map(({ data }) => data),
      [{ attempt: 3 }, { status: 'completed' }],
    );
    engine.close();
  });

  it('lists jobs newest first, by page, status and kind', async () => {
    const engine = await startEngine(world(), async ({ id }) => {
      if (id === 'job_2') throw new TerminalError('no', 'No.');
      return {};
    });
    for (let i = 1; i <= 5; i++) {
      await engine.enqueue(newJob(`job_${i}`));
      await ended(engine, `job_${i}`);
      world().time.advance(1);
    }
    const page = await engine.list(A, {}, { page: 2, limit: 2 });
    assert.deepEqual(
      page.items.map(({ id }) => id),
      ['job_3', 'job_2'],
    );
    assert.equal(page.total, 5);
    const failed = await engine.list(A, { statuses: ['failed', 'stopped'] }, { page: 1, limit: 20 });
    assert.deepEqual(
      failed.items.map(({ id }) => id),
      ['job_2'],
    );
    assert.equal((await engine.list(A, { kind: 'other' }, { page: 1, limit: 20 })).total, 0);
    engine.close();
  });
}
