import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at } from '../../src/testing/test-app.ts';
import { endOf } from '../http/objects.ts';
import { assertError } from '../http/replies.ts';
import { crewsOverProvider } from './crews-over-provider.ts';

describe('outputs of crews over a provider', () => {
  const crews = crewsOverProvider();
  const { answer, crew, start, run, job, events, actions, until } = crews;

  describe('an output that is not good enough', () => {
    it('is asked for again with the reason when it breaks its schema, then the task fails', async () => {
      const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
      let turn = 0;
      answer(() => {
        turn += 1;
        return { text: turn < 3 ? '{"n": "many"}' : '{"n": 3}' };
      });
      const done = await run({ tasks: [{ description: 'Count', output_schema: schema }] });
      assert.equal(done.field('result'), '{"n": 3}', done.text);
      assert.match(crews.seen[1]?.prompt ?? '', /'n' must be integer/);
      answer(() => ({ text: 'never' }));
      const failed = await run({ tasks: [{ description: 'Count', output_schema: schema, max_retries: 1 }] });
      assert.partialDeepStrictEqual(failed.body, {
        status: 'failed',
        error: { code: 'VALIDATION_ERROR', details: { code: 'output_refused' } },
        tasks_output: [{ status: 'failed', output: 'never' }],
      });
      assert.equal(crews.seen.length, 2);
    });

    it('is judged by the guardrail in words, and sent back with what the judge says', async () => {
      const verdicts = [
        { valid: false, reason: 'Name the colour.' },
        { valid: true, reason: '' },
      ];
      answer((prompt) =>
        prompt.startsWith('The rule:')
          ? { text: JSON.stringify(verdicts.shift()) }
          : { text: prompt.includes('Name the colour') ? 'It is red' : 'It is nice' },
      );
      const done = await run({ tasks: [{ description: 'Describe', guardrail: 'Must name a colour' }] });
      assert.equal(done.field('result'), 'It is red', done.text);
      const shown = (await actions(done.field('job_id'))).filter((action) => action === 'guardrail');
      assert.equal(shown.length, 2);
      const judged = crews.seen.find(({ prompt }) => prompt.startsWith('The rule:'));
      assert.match(judged?.prompt ?? '', /Must name a colour[\s\S]*It is nice/);
      assert.equal(at(judged?.body, 'response_format.type'), 'json_schema');
    });
  });

  describe('a person in the loop', () => {
    const waiting = (id: string) =>
      until('the wait', async () =>
        (await job(id)).field('status') === 'waiting_for_input' ? true : undefined,
      );

    it('the job waits, takes the feedback, and goes on when it is approved', async () => {
      answer((prompt) => ({ text: prompt.includes('warmer') ? 'Warm' : `Cold ${prompt.split('\n')[0]}` }));
      const id = await start(
        await crew({
          tasks: [{ name: 'greet', description: 'Greet', human_input: true }, { description: 'Send' }],
        }),
      );
      await waiting(id);
      const open = await crews.person.call('GET', `/executions/${id}/waits`);
      const taskId = open.field('waits.0.task_id');
      assert.match(open.field('waits.0.prompt'), /Cold Greet/);
      assert.equal((await crews.person.call('GET', `/tasks/${taskId}`)).field('status'), 'waiting_for_input');
      assert.equal(at((await crews.person.call('GET', '/billing')).body, 'held_usd'), 0);
      const other = await crews.person.call('POST', `/executions/${id}/resume`, {
        task_id: 'task_none',
        approve: true,
      });
      assertError(other, 409, 'CONFLICT');
      const back = { task_id: taskId, approve: false, feedback: 'Be warmer' };
      assert.equal((await crews.person.call('POST', `/executions/${id}/resume`, back)).status, 200);
      await until('the second wait', async () => {
        const { body } = await crews.person.call('GET', `/executions/${id}/waits`);
        assert.partialDeepStrictEqual(body, { total: at(body, 'waits.length'), page: 1 });
        return String(at(body, 'waits.0.prompt')).includes('Warm') || undefined;
      });
      const approved = await crews.person.call('POST', `/executions/${id}/resume`, {
        task_id: taskId,
        approve: true,
      });
      assert.equal(approved.field('job_id'), id);
      const done = await endOf(crews.person, id);
      assert.partialDeepStrictEqual(done.body, {
        status: 'completed',
        tasks_output: [{ output: 'Warm' }, { output: 'Cold Send' }],
      });
      const told = (await events(id)).filter(({ type }) => type === 'waiting_for_input');
      assert.equal(told.length, 2);
      assert.equal(told[0]?.task_id, taskId);
    });

    it('a refusal without a word fails the task', async () => {
      const id = await start(
        await crew({ tasks: [{ name: 'greet', description: 'Greet', human_input: true }] }),
      );
      await waiting(id);
      await crews.person.call('POST', `/executions/${id}/resume`, { task_id: 'greet', approve: false });
      assert.equal((await endOf(crews.person, id)).field('status'), 'failed');
    });

    it('a waiting job can be stopped', async () => {
      const id = await start(await crew({ tasks: [{ description: 'Greet', human_input: true }] }));
      await waiting(id);
      const stopped = await crews.person.call('POST', `/executions/${id}/stop`);
      assert.deepEqual(stopped.body, { job_id: id, status: 'stopped' });
      assert.equal((await events(id)).at(-1)?.status, 'stopped');
    });
  });
});
