import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import OpenAI from 'openai';
import type { ScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { at, type Person, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { CALL_USD, overProvider, USAGE } from './over-provider.ts';

describe('crews as models', () => {
  const provider = overProvider();
  let upstream: ScriptedUpstream;
  let test: TestApp;
  let person: Person;
  let crewId: string;
  let client: OpenAI;
  beforeEach(async () => {
    ({ upstream, test, person } = provider);
    upstream.play(({ body }) => {
      const text = JSON.stringify(body);
      return { usage: USAGE, text: text.includes('Review') ? 'Reviewed answer' : 'Draft' };
    });
    crewId = await crew('{message}');
    const { key } = await test.createKey(person);
    client = new OpenAI({ apiKey: key, baseURL: `${test.url}/api/agents/v1`, maxRetries: 0 });
  });

  async function crew(input: string, fields: object = {}): Promise<string> {
    const made = await person.call('POST', '/crews', {
      name: 'Desk',
      description: 'Answers in two steps',
      memory: false,
      agents: [
        { role: 'Writer', goal: 'Write', model: 'openai/m' },
        { role: 'Editor', goal: 'Edit', model: 'openai/m' },
      ],
      tasks: [
        { name: 'draft', description: `Answer: ${input}`, agent: 'Writer' },
        { name: 'review', description: 'Review it', agent: 'Editor' },
      ],
      ...fields,
    });
    assert.equal(made.status, 201, made.text);
    return made.field('id');
  }
  const ask = (content = 'Which kettle?') => ({
    model: crewId,
    messages: [{ role: 'user' as const, content }],
  });
  const jobs = async () => {
    const list = at((await person.call('GET', '/executions')).body, 'executions');
    assert.ok(Array.isArray(list));
    return list;
  };

  it('are run by calling them only by people who may run them otherwise, and by keys', async () => {
    const viewer = await test.addPerson(person, 'viewer');
    const editor = await test.addPerson(person, 'editor');
    const before = (await jobs()).length;
    const call = (path: string, { token }: Person, body: object) =>
      test.request('POST', `/api/agents/v1/${path}`, { token, body });
    for (const refused of [
      await call('chat/completions', viewer, ask()),
      await call('responses', viewer, { model: crewId, input: 'Which kettle?', background: true }),
    ]) {
      assert.equal(refused.status, 403, refused.text);
      assert.match(refused.text, /Your role \(viewer\) may not run crews; it takes editor or above/);
    }
    assert.equal((await jobs()).length, before);
    const models = async ({ token }: Person) =>
      (await test.request('GET', '/api/agents/v1/models', { token })).text;
    assert.ok(!(await models(viewer)).includes(crewId), 'a list has what its reader may call');
    assert.ok((await models(editor)).includes(crewId));
    assert.equal((await call('chat/completions', editor, ask())).status, 200);
  });

  it('are listed and described beside agents, once they can be run', async () => {
    await person.call('POST', '/crews', {
      name: 'Empty',
      agents: [{ role: 'x', goal: 'y', model: 'sandbox' }],
    });
    const { data } = await client.models.list();
    const listed = data.find(({ id }) => id === crewId);
    assert.equal(at(listed, 'name'), at(await client.models.retrieve(crewId), 'name'));
    assert.equal(data.filter(({ id }) => id.startsWith('crew_')).length, 1);
    const model = await client.models.retrieve(crewId);
    assert.partialDeepStrictEqual(model, {
      id: crewId,
      object: 'model',
      name: 'Desk',
      underlying_model: 'openai/m',
    });
  });

  it('answer with the last task’s output, and cost what their job costs, once', async () => {
    const reply = await client.chat.completions.create(ask());
    assert.equal(reply.choices[0]?.message.content, 'Reviewed answer');
    assert.equal(at(reply.usage, 'cost_usd'), 2 * CALL_USD);
    assert.equal(reply.usage?.prompt_tokens, 2000);
    const [job] = await jobs();
    assert.partialDeepStrictEqual(job, { status: 'completed', inputs: { message: 'Which kettle?' } });
    const rows = at((await person.call('GET', '/usage')).body, 'usage');
    assert.ok(Array.isArray(rows) && rows.length === 2);
    assert.ok(rows.every((row) => at(row, 'source') === 'key'));
    assert.equal(at((await person.call('GET', '/billing')).body, 'balance_usd'), 10 - 2 * CALL_USD);
  });

  it('stream their progress as reasoning and the answer as content', async () => {
    const stream = await client.chat.completions.create({ ...ask(), stream: true });
    let reasoning = '';
    let content = '';
    for await (const chunk of stream) {
      reasoning += at(chunk, 'choices.0.delta.reasoning') ?? '';
      content += chunk.choices[0]?.delta.content ?? '';
    }
    assert.equal(content, 'Reviewed answer');
    assert.match(reasoning, /Writer begins: draft[\s\S]*Writer is done: draft[\s\S]*Editor begins: review/);
    assert.doesNotMatch(reasoning, /Reviewed answer/);
  });

  it('are refused with a status for what fails before any work is done, streams too', async () => {
    const grant = (amount: number) =>
      test.owner.call('POST', `/accounts/${person.accountId}/credits`, { amount_usd: amount, reason: 'x' });
    await grant(-10);
    const calls = upstream.calls.length;
    for (const stream of [false, true]) {
      for (const [path, body] of [
        ['chat/completions', ask()],
        ['responses', { model: crewId, input: 'Which kettle?' }],
      ] as const) {
        const { token } = person;
        const reply = await test.request('POST', `/api/agents/v1/${path}`, {
          token,
          body: { ...body, stream },
        });
        assert.equal(reply.status, 402, `${path}, stream ${stream}: ${reply.text}`);
        assert.equal(reply.field('error.code'), 'insufficient_credit');
      }
    }
    assert.equal(upstream.calls.length, calls);
    await grant(10);
  });

  it('take metadata.inputs, as an object or as JSON text, and name what is missing', async () => {
    crewId = await crew('{topic}');
    for (const inputs of [{ topic: 'tea' }, '{"topic":"tea"}']) {
      const reply = await test.request('POST', '/api/agents/v1/chat/completions', {
        token: person.token,
        body: { ...ask(), metadata: { inputs } },
      });
      assert.equal(reply.status, 200, reply.text);
    }
    assert.ok((await jobs()).every((job) => at(job, 'inputs.topic') === 'tea'));
    const missing = await test.request('POST', '/api/agents/v1/chat/completions', {
      token: person.token,
      body: ask(),
    });
    assert.equal(missing.status, 400, missing.text);
    assert.equal(missing.field('error.param'), 'metadata.inputs.topic');
    assert.match(missing.field('error.message'), /"metadata": \{"inputs": \{"topic":/);
    const wrong = { ...ask(), metadata: { inputs: 'tea' } };
    const refused = await test.request('POST', '/api/agents/v1/chat/completions', {
      token: person.token,
      body: wrong,
    });
    assert.equal(refused.field('error.param'), 'metadata.inputs');
  });

  it('say what of a request they do not use', async () => {
    const content = [
      { type: 'text' as const, text: 'Which kettle?' },
      { type: 'image_url' as const, image_url: { url: 'https://example.com/kettle.png' } },
    ];
    const reply = await client.chat.completions.create({
      ...{ model: crewId, temperature: 0.2, seed: 7, stop: 'x', max_tokens: 50 },
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content },
      ],
      response_format: { type: 'json_object' },
      tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }],
      tool_choice: 'required',
      parallel_tool_calls: false,
    });
    const warnings = at(reply, 'warnings');
    assert.ok(Array.isArray(warnings));
    const parts = [
      ...[/^response_format/, /temperature/, /seed/, /stop/, /^images and files/],
      ...[/max_tokens/, /tool_choice/, /parallel_tool_calls/, /^tools/, /^instructions/],
    ];
    for (const said of parts) {
      assert.ok(
        warnings.some((warning) => said.test(String(warning))),
        `${said}: ${warnings.join(' ')}`,
      );
    }
    const plain = await client.chat.completions.create(ask());
    assert.equal(at(plain, 'warnings'), undefined);
    const bounded = { model: crewId, input: 'Which kettle?', max_output_tokens: 50, max_tool_calls: 1 };
    const response = await test.request('POST', '/api/agents/v1/responses', {
      token: person.token,
      body: bounded,
    });
    assert.match(response.field('warnings.0'), /^max_tokens \(max_output_tokens\), max_tool_calls: not used/);
  });

  it('are not run for a message without a text, and say what they take', async () => {
    const image = { type: 'image_url', image_url: { url: 'https://example.com/kettle.png' } };
    const chat = (content: unknown, fields = {}) =>
      test.request('POST', '/api/agents/v1/chat/completions', {
        token: person.token,
        body: { model: crewId, messages: [{ role: 'user', content }], ...fields },
      });
    const before = (await jobs()).length;
    for (const content of ['', ' \n', [image], [{ type: 'text', text: '' }]]) {
      for (const stream of [false, true]) {
        const refused = await chat(content, { stream });
        assert.equal(refused.status, 400, refused.text);
        assert.equal(refused.field('error.code'), 'nothing_to_answer');
        assert.equal(refused.field('error.param'), 'messages');
        assert.match(refused.field('error.message'), /metadata\.inputs/);
      }
    }
    const background = await test.request('POST', '/api/agents/v1/responses', {
      token: person.token,
      body: { model: crewId, input: '', background: true },
    });
    assert.equal(background.status, 400, background.text);
    assert.equal(background.field('error.param'), 'input');
    assert.equal((await jobs()).length, before);
    const given = await chat('', { metadata: { inputs: { message: 'Which kettle?' } } });
    assert.equal(given.status, 200, given.text);
  });

  it('remember the conversation that they answered in', async () => {
    const first = await client.chat.completions.create(ask());
    const conversation_id = at(first, 'conversation_id');
    const second = await client.chat.completions.create({ ...ask('And the lid?'), ...{ conversation_id } });
    assert.equal(at(second, 'conversation_id'), conversation_id);
    const stored = await person.call('GET', `/conversations/${conversation_id}`);
    assert.match(stored.text, /Which kettle\?[\s\S]*And the lid\?/);
  });

  it('are not there for keys that may not call them, nor for other accounts', async () => {
    const agent = await test.createAgent(person);
    const { key } = await test.createKey(person, { agent_ids: [agent] });
    const stranger = await test.addAccount();
    for (const token of [key, stranger.token]) {
      const reply = await test.request('POST', '/api/agents/v1/chat/completions', { token, body: ask() });
      assert.equal(reply.status, 404);
      assert.equal(reply.field('error.code'), 'model_not_found');
    }
    assert.equal((await jobs()).length, 0);
  });

  it('stop their job when the caller goes away', async () => {
    upstream.play({ text: 'x', firstByteMs: 60_000 });
    const calls = upstream.calls.length;
    const abort = new AbortController();
    const reply = client.chat.completions
      .create(ask(), { signal: abort.signal })
      .catch((error: unknown) => error);
    await until('the call', () => upstream.calls.length > calls);
    abort.abort();
    await reply;
    await until('the job to stop', jobs, ([job]) => at(job, 'status') === 'stopped');
  });

  it('fail with what their job failed with', async () => {
    upstream.play({ status: 400, error: { message: 'no', type: 'invalid' } });
    await assert.rejects(client.chat.completions.create(ask()), (error: unknown) => {
      assert.ok(error instanceof OpenAI.APIError);
      assert.equal(error.status, 400);
      assert.equal(error.code, 'upstream_bad_request');
      return true;
    });
  });

  describe('whose job waits for a person', () => {
    /** Both ways to call that give the answer whole. */
    const wholeCalls = [
      ['chat', () => client.chat.completions.create(ask())],
      ['responses', () => client.responses.create({ model: crewId, input: 'Which kettle?' })],
    ] as const;
    const approve = (jobId: string, taskId: string) =>
      person.call('POST', `/executions/${jobId}/resume`, { task_id: taskId, approve: true });
    const onlyJob = async (): Promise<string> => {
      const [job, ...others] = await jobs();
      assert.equal(others.length, 0);
      return String(at(job, 'job_id'));
    };
    beforeEach(async () => {
      crewId = await crew('{message}', {
        tasks: [{ name: 'draft', description: 'Answer: {message}', agent: 'Writer', human_input: true }],
      });
    });

    for (const [face, call] of wholeCalls) {
      it(`end a whole call of ${face} with what to answer where, and the job goes on with the answer`, async () => {
        const refused = await call().then(
          () => assert.fail('the call was answered'),
          (error: unknown) => error,
        );
        assert.ok(refused instanceof OpenAI.APIError);
        assert.equal(refused.status, 422);
        assert.equal(refused.code, 'job_waiting_for_input');
        assert.equal(refused.headers?.get('x-should-retry'), 'false');
        const [, jobId = '', taskId = ''] =
          /\/executions\/(job_[^/]+)\/resume \{"task_id": "([^"]+)"/.exec(refused.message) ?? [];
        assert.equal(jobId, await onlyJob());
        const waiting = await person.call('GET', `/executions/${jobId}`);
        assert.equal(waiting.field('status'), 'waiting_for_input');
        const answered = await approve(jobId, taskId);
        assert.equal(answered.status, 200, answered.text);
        const done = await until(
          'the job to end',
          () => person.call('GET', `/executions/${jobId}`),
          ({ body }) => at(body, 'finished_at') !== null,
        );
        assert.equal(done.field('status'), 'completed');
        assert.equal(done.field('result'), 'Draft');
      });
    }

    for (const [path, question] of [
      ['chat/completions', () => ask()],
      ['responses', () => ({ model: crewId, input: 'Which kettle?' })],
    ] as const) {
      it(`answer a whole call of ${path} that is sent again by its Idempotency-Key as before, without another job`, async () => {
        const { token } = person;
        const call = () =>
          test.request('POST', `/api/agents/v1/${path}`, {
            token,
            body: question(),
            headers: { 'idempotency-key': 'one-kettle' },
          });
        const first = await call();
        assert.equal(first.status, 422, first.text);
        const jobId = await onlyJob();
        const calls = upstream.calls.length;
        const again = await call();
        assert.equal(again.status, 422);
        assert.equal(again.text, first.text);
        assert.equal(again.headers.get('idempotent-replayed'), 'true');
        assert.equal(again.headers.get('x-should-retry'), 'false');
        assert.equal(await onlyJob(), jobId);
        assert.equal(upstream.calls.length, calls);
      });
    }

    it('say how to answer a job that waits at its max_cost_usd, so that it goes on', async () => {
      crewId = await crew('{message}', { max_cost_usd: 0.002, on_max_cost: 'wait' });
      const refused = await test.request('POST', '/api/agents/v1/chat/completions', {
        token: person.token,
        body: ask(),
      });
      assert.equal(refused.field('error.code'), 'job_waiting_for_input', refused.text);
      const message = refused.field('error.message');
      const [, path = '', answer = ''] = /POST \/api\/v1(\S+) (\{.*?\})/.exec(message) ?? [];
      const answered = await person.call('POST', path, JSON.parse(answer));
      assert.equal(answered.status, 200, answered.text);
      await person.call('POST', `/executions/${await onlyJob()}/stop`);
    });

    it('keep a stream open, and say in it what to answer where', async () => {
      const stream = await client.chat.completions.create({ ...ask(), stream: true });
      let reasoning = '';
      let content = '';
      let isAnswered = false;
      for await (const chunk of stream) {
        reasoning += at(chunk, 'choices.0.delta.reasoning') ?? '';
        content += chunk.choices[0]?.delta.content ?? '';
        const [, jobId, taskId] =
          /Waiting for a person: draft.*\/executions\/(job_[^/]+)\/resume \{"task_id": "([^"]+)"/.exec(
            reasoning,
          ) ?? [];
        if (isAnswered || jobId === undefined || taskId === undefined) continue;
        isAnswered = true;
        const answered = await approve(jobId, taskId);
        assert.equal(answered.status, 200, answered.text);
      }
      assert.equal(content, 'Draft');
    });

    it('leave a background response waiting until the answer', async () => {
      const queued = await client.responses.create({ model: crewId, input: 'x', background: true });
      const waits = await until('the wait', async () =>
        (await jobs()).find((job) => at(job, 'status') === 'waiting_for_input'),
      );
      assert.equal((await client.responses.retrieve(queued.id)).status, 'in_progress');
      const answered = await approve(String(at(waits, 'job_id')), 'draft');
      assert.equal(answered.status, 200, answered.text);
      const found = await until(
        'its end',
        () => client.responses.retrieve(queued.id),
        ({ status }) => status !== 'queued' && status !== 'in_progress',
      );
      assert.equal(found.output_text, 'Draft');
    });
  });

  it('answer on responses too: whole, streamed, and in the background', async () => {
    const whole = await client.responses.create({ model: crewId, input: 'Which kettle?' });
    assert.equal(whole.output_text, 'Reviewed answer');
    assert.equal(whole.usage?.input_tokens, 2000);
    let text = '';
    for await (const event of await client.responses.create({ model: crewId, input: 'x', stream: true })) {
      if (event.type === 'response.output_text.delta') text += event.delta;
    }
    assert.equal(text, 'Reviewed answer');
    const queued = await client.responses.create({ model: crewId, input: 'y', background: true });
    const found = await until(
      'its end',
      () => client.responses.retrieve(queued.id),
      ({ status }) => status === 'completed',
    );
    assert.equal(found.output_text, 'Reviewed answer');
  });
});
