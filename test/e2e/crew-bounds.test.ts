import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at } from '../../src/testing/test-app.ts';
import { endOf } from '../http/objects.ts';
import { assertInvalid } from '../http/replies.ts';
import { CALL_USD, crewsOverProvider } from './crews-over-provider.ts';

describe('stopping and bounds of crews over a provider', () => {
  const crews = crewsOverProvider();
  const { answer, crew, start, run, job, events, actions, until } = crews;

  describe('stopping', () => {
    it('ends the call under way within a second, keeps what was made, and the bill of what was said', async () => {
      answer((prompt) =>
        prompt.startsWith('Long')
          ? { text: 'word '.repeat(1_000), chunks: 1_000, gapMs: 50 }
          : { text: 'First output' },
      );
      const id = await start(
        await crew({ tasks: [{ description: 'Short' }, { description: 'Long' }, { description: 'Never' }] }),
      );
      await until('words of the second task', async () =>
        (crews.upstream.calls.at(-1)?.eventsSent ?? 0) > 3 && crews.seen.length === 2 ? true : undefined,
      );
      const stopped = await crews.person.call('POST', `/executions/${id}/stop`);
      assert.deepEqual(stopped.body, { job_id: id, status: 'stopped' });
      assert.ok(
        await until('the call to be cut', () => crews.upstream.calls.at(-1)?.closedEarly || undefined),
      );
      const after = await job(id);
      assert.partialDeepStrictEqual(after.body, {
        status: 'stopped',
        result: 'First output',
        tasks_output: [
          { status: 'completed', output: 'First output' },
          { status: 'stopped' },
          { status: 'stopped' },
        ],
      });
      assert.ok(Number(at(after.body, 'usage.cost_usd')) > CALL_USD);
      assert.equal(at((await crews.person.call('GET', '/billing')).body, 'held_usd'), 0);
      const again = await crews.person.call('POST', `/executions/${id}/stop`);
      assert.deepEqual(again.body, { job_id: id, status: 'stopped' });
      assert.equal(crews.seen.length, 2);
    });

    it('a job that has ended is left as it is', async () => {
      const done = await run({ tasks: [{ description: 'x' }] });
      const stopped = await crews.person.call('POST', `/executions/${done.field('job_id')}/stop`);
      assert.equal(stopped.field('status'), 'completed');
    });
  });

  describe('bounds', () => {
    it('a job never costs more than max_cost_usd, however much runs at once', async () => {
      const parallel = Array.from({ length: 6 }, (_, index) => ({ description: `T${index}`, async: true }));
      const done = await run({ max_cost_usd: 0.005, tasks: parallel });
      assert.equal(done.field('status'), 'failed');
      assert.partialDeepStrictEqual(at(done.body, 'error'), {
        code: 'INSUFFICIENT_CREDIT',
        details: { code: 'max_cost_reached' },
      });
      assert.ok(Number(at(done.body, 'usage.cost_usd')) <= 0.005);
    });

    it('work side by side is neither cut short nor ended for what others only hold', async () => {
      const bounds: unknown[] = [];
      answer((_prompt, { body }) => {
        bounds.push(at(body, 'max_tokens'));
        return { text: 'x' };
      });
      const parallel = Array.from({ length: 6 }, (_, index) => ({ description: `T${index}`, async: true }));
      // The worst case of a call is some $0.017, its cost $0.002.
      const done = await run({ max_cost_usd: 0.04, tasks: parallel });
      assert.equal(done.field('status'), 'completed', done.text);
      assert.equal(Number(at(done.body, 'usage.cost_usd')), 6 * CALL_USD);
      assert.deepEqual([...new Set(bounds)], [8192]);
    });

    it('a job may wait at max_cost_usd: it holds nothing, goes on with a raised bound and never exceeds it', async () => {
      const tasks = Array.from({ length: 4 }, (_, index) => ({
        name: `t${index}`,
        description: `T${index}`,
      }));
      tasks.push(...['a', 'b'].map((name) => ({ name, description: name, async: true })));
      const crewId = await crew({ max_cost_usd: 0.002, on_max_cost: 'wait', tasks });
      const jobId = await start(crewId);
      const waits = async (count: number) =>
        until(`${count} waits at the bound`, async () => {
          const open = at((await crews.person.call('GET', `/executions/${jobId}/waits`)).body, 'waits');
          const state = await job(jobId);
          assert.ok(!at(state.body, 'finished_at'), state.text);
          const rests = state.field('status') === 'waiting_for_input';
          return rests && Array.isArray(open) && open.length === count ? open : undefined;
        });
      const [wait] = await waits(1);
      assert.partialDeepStrictEqual(wait, { reason: 'max_cost' });
      const { body } = await crews.person.call('GET', '/billing');
      assert.equal(at(body, 'held_usd'), 0);
      const calls = crews.upstream.calls.length;
      const resume = (fields: object) =>
        crews.person.call('POST', `/executions/${jobId}/resume`, { task_id: at(wait, 'task_id'), ...fields });
      for (const max_cost_usd of [undefined, 0.002]) {
        assertInvalid(await resume({ approve: true, max_cost_usd }), 'max_cost_usd');
      }
      assert.equal(crews.upstream.calls.length, calls);
      assert.equal((await resume({ approve: true, max_cost_usd: 0.008 })).status, 200);
      const last = await waits(2);
      assert.equal(Number(at((await job(jobId)).body, 'max_cost_usd')), 0.008);
      assert.ok(Number(at((await job(jobId)).body, 'usage.cost_usd')) <= 0.008);
      // One answer is for the whole job.
      const raised = await crews.person.call('POST', `/executions/${jobId}/resume`, {
        ...{ task_id: at(last[1], 'task_id'), approve: true, max_cost_usd: 1 },
      });
      assert.equal(raised.status, 200, raised.text);
      const done = await endOf(crews.person, jobId);
      assert.equal(done.field('status'), 'completed', done.text);
      assert.equal(Number(at(done.body, 'usage.cost_usd')), 6 * CALL_USD);
      assert.ok((await actions(jobId)).includes('max_cost_reached'));
    });

    it('a job that waits at max_cost_usd ends there when a person says so', async () => {
      const jobId = await start(
        await crew({
          max_cost_usd: 0.00001,
          on_max_cost: 'wait',
          tasks: [{ name: 'one', description: 'x' }],
        }),
      );
      await until('the wait', async () => (await job(jobId)).field('status') === 'waiting_for_input');
      const { text } = await crews.person.call('GET', `/executions/${jobId}/waits`);
      assert.match(text, /has cost \$0\.00 of the \$\d+\.\d{2,} that/);
      await crews.person.call('POST', `/executions/${jobId}/resume`, { task_id: 'one', approve: false });
      const done = await endOf(crews.person, jobId);
      assert.partialDeepStrictEqual(at(done.body, 'error.details'), { code: 'max_cost_reached' });
      assert.equal(at(done.body, 'usage.cost_usd'), 0);
      const again = await crews.person.call('POST', `/executions/${jobId}/rerun`, { max_cost_usd: 0.5 });
      assert.equal((await endOf(crews.person, again.field('job_id'))).field('status'), 'completed');
    });

    it('a task that works for longer than its timeout fails', async () => {
      answer(() => ({ text: 'x', firstByteMs: 60_000 }));
      const done = await run({ tasks: [{ name: 'slow', description: 'x', timeout_s: 1 }] });
      assert.partialDeepStrictEqual(at(done.body, 'error.details'), { code: 'time_limit_reached' });
    });

    it('a job that works for longer than its timeout fails, and begins nothing more', async () => {
      answer(() => ({ text: 'x', firstByteMs: 60_000 }));
      // Long enough for its first call to have been made by then, if the machine is not too slow for it.
      const done = await run({ timeout_s: 3, tasks: [{ description: 'One' }, { description: 'Two' }] });
      assert.partialDeepStrictEqual(done.body, {
        status: 'failed',
        error: { details: { code: 'time_limit_reached' } },
        tasks_output: [{ status: 'failed' }, { status: 'stopped' }],
      });
      assert.deepEqual(
        crews.seen.filter(({ prompt }) => !prompt.startsWith('One')),
        [],
      );
    });

    it('without credit the job fails and says so', async () => {
      await crews.test.owner.call('PUT', '/models/openai%2Fm/price', {
        input_usd_per_million: 0,
        output_usd_per_million: 1_000_000,
      });
      const done = await run({ tasks: [{ description: 'x' }] });
      assert.partialDeepStrictEqual(done.body, { status: 'failed', error: { code: 'INSUFFICIENT_CREDIT' } });
      const told = (await events(done.field('job_id'))).find(({ type }) => type === 'error');
      assert.equal(told?.code, 'INSUFFICIENT_CREDIT');
      assert.equal(crews.seen.length, 0);
    });
  });

  it('what a provider refuses for good fails the task, and the others are stopped', async () => {
    answer((prompt) =>
      prompt.startsWith('Bad')
        ? { status: 400, error: { message: 'no', type: 'invalid' } }
        : { text: 'x', firstByteMs: 60_000 },
    );
    const done = await run({
      tasks: [
        { description: 'Slow', async: true },
        { description: 'Bad', async: true },
        { description: 'Never' },
      ],
    });
    assert.partialDeepStrictEqual(done.body, {
      status: 'failed',
      tasks_output: [{ status: 'stopped' }, { status: 'failed' }, { status: 'stopped' }],
    });
  });
});
