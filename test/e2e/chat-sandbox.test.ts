import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import OpenAI from 'openai';
import { at, startTestApp, type TestApp } from '../../src/testing/test-app.ts';

/** The OpenAI SDK, unchanged, as the only client: what it needs is what callers need. */
describe('chat completions on the sandbox model, through the OpenAI SDK', () => {
  let test: TestApp;
  let client: OpenAI;
  let agent: string;
  let key: string;

  before(async () => {
    test = await startTestApp();
    agent = await test.createAgent(test.owner, { tools: ['calculator', 'current_time'] });
    ({ key } = await test.createKey(test.owner));
    client = new OpenAI({ baseURL: `${test.url}/api/agents/v1`, apiKey: key, maxRetries: 0 });
  });
  after(() => test.close());

  const ask = (content: string, more: Record<string, unknown> = {}) =>
    client.chat.completions.create({
      model: agent,
      messages: [{ role: 'user', content }],
      ...more,
      stream: false,
    });
  async function stream(content: string, more: Record<string, unknown> = {}) {
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    const events = await client.chat.completions.create({
      model: agent,
      messages: [{ role: 'user', content }],
      ...more,
      stream: true,
    });
    for await (const chunk of events) chunks.push(chunk);
    return chunks;
  }
  const contentOf = (chunks: OpenAI.ChatCompletionChunk[]) =>
    chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');

  it('answers, with the ids of the conversation in body and headers', async () => {
    const { data, response } = await client.chat.completions
      .create({ model: agent, messages: [{ role: 'user', content: 'Hello' }] })
      .withResponse();
    assert.equal(data.choices[0]?.message.content, 'Sandbox: Hello');
    assert.equal(data.choices[0]?.finish_reason, 'stop');
    assert.equal(data.object, 'chat.completion');
    assert.equal(data.model, agent);
    assert.equal(at(data, 'conversation_id'), response.headers.get('x-conversation-id'));
    assert.equal(at(data, 'message_id'), response.headers.get('x-message-id'));
    assert.match(response.headers.get('x-request-id') ?? '', /^req_/);
  });

  it('streams the same answer, ids on every chunk, usage in the last when asked for', async () => {
    const chunks = await stream('Hello there', { stream_options: { include_usage: true } });
    assert.equal(contentOf(chunks), 'Sandbox: Hello there');
    assert.equal(chunks[0]?.choices[0]?.delta.role, 'assistant');
    assert.equal(new Set(chunks.map((chunk) => at(chunk, 'message_id'))).size, 1);
    assert.equal(new Set(chunks.map((chunk) => chunk.id)).size, 1);
    const last = chunks.at(-1);
    assert.deepEqual(last?.choices, []);
    assert.equal(
      last?.usage?.total_tokens,
      (last?.usage?.prompt_tokens ?? 0) + (last?.usage?.completion_tokens ?? 0),
    );
    assert.equal(at(last, 'usage.cost_usd'), 0);
    assert.equal(chunks.at(-2)?.choices[0]?.finish_reason, 'stop');
  });

  it('keeps reasoning apart from content, streamed and not', async () => {
    const whole = await ask('[[think about it]] [[say done]]');
    assert.equal(whole.choices[0]?.message.content, 'done');
    assert.equal(at(whole.choices[0]?.message, 'reasoning'), 'about it');
    const chunks = await stream('[[think about it]] [[say done]]');
    assert.equal(contentOf(chunks), 'done');
    assert.equal(chunks.map((chunk) => at(chunk, 'choices.0.delta.reasoning') ?? '').join(''), 'about it');
  });

  it("runs the agent's tools on the server, unseen but for the answer", async () => {
    const chunks = await stream('[[call calculator {"expression":"6*7"}]]');
    assert.match(contentOf(chunks), /42/);
    assert.ok(chunks.every((chunk) => chunk.choices[0]?.delta.tool_calls === undefined));
    const { content } = (
      await ask('[[parallel calculator {"expression":"1+1"}; calculator {"expression":"2+3"}]]')
    ).choices[0]?.message ?? { content: '' };
    assert.match(content ?? '', /2/);
    assert.match(content ?? '', /5/);
  });

  it('tells the model of a tool that fails or does not exist, and answers all the same', async () => {
    const failed = await ask('[[call calculator {"expression":"1/0("}]]');
    assert.equal(failed.choices[0]?.finish_reason, 'stop');
    const unknown = await ask('[[call no_such_tool {}]]');
    assert.equal(unknown.choices[0]?.finish_reason, 'stop');
    assert.match(unknown.choices[0]?.message.content ?? '', /no_such_tool|no tool/i);
  });

  const weather = {
    type: 'function' as const,
    function: {
      name: 'get_weather',
      description: 'Current weather of a city',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  };

  it("hands the caller's tools back as tool_calls and goes on with their results", async () => {
    const first = await ask("What's the weather in Paris?", { tools: [weather] });
    const call = first.choices[0]?.message.tool_calls?.[0];
    assert.equal(first.choices[0]?.finish_reason, 'tool_calls');
    assert.ok(call?.type === 'function');
    assert.equal(call.function.name, 'get_weather');
    assert.equal(typeof JSON.parse(call.function.arguments).city, 'string');

    const second = await client.chat.completions.create({
      model: agent,
      messages: [{ role: 'tool', tool_call_id: call.id, content: '21 degrees' }],
      tools: [weather],
      ...{ conversation_id: at(first, 'conversation_id') },
    });
    assert.match(second.choices[0]?.message.content ?? '', /get_weather[\s\S]*21 degrees/);

    const chunks = await stream("What's the weather in Paris?", { tools: [weather] });
    const deltas = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    assert.equal(deltas[0]?.function?.name, 'get_weather');
    assert.deepEqual(
      JSON.parse(deltas.map((delta) => delta.function?.arguments ?? '').join('')),
      JSON.parse(call.function.arguments),
    );
    assert.equal(chunks.at(-1)?.choices[0]?.finish_reason, 'tool_calls');
  });

  it('runs its own tools of a mixed batch and hands back only the rest', async () => {
    const mixed = await ask('[[parallel calculator {"expression":"2*21"}; get_weather {"city":"Rome"}]]', {
      tools: [weather],
    });
    assert.deepEqual(
      mixed.choices[0]?.message.tool_calls?.map((call) => call.type === 'function' && call.function.name),
      ['get_weather'],
    );
    const callId = mixed.choices[0]?.message.tool_calls?.[0]?.id ?? '';
    const next = await client.chat.completions.create({
      model: agent,
      messages: [{ role: 'tool', tool_call_id: callId, content: 'sunny' }],
      ...{ conversation_id: at(mixed, 'conversation_id') },
    });
    assert.match(next.choices[0]?.message.content ?? '', /42/);
    assert.match(next.choices[0]?.message.content ?? '', /sunny/);
  });

  it('forces, forbids and names tools as tool_choice says', async () => {
    const named = await ask('Hi', {
      tools: [weather],
      tool_choice: { type: 'function', function: { name: 'get_weather' } },
    });
    assert.equal(named.choices[0]?.finish_reason, 'tool_calls');
    const none = await ask("What's the weather in Paris?", { tools: [weather], tool_choice: 'none' });
    assert.equal(none.choices[0]?.finish_reason, 'stop');
  });

  it('bounds the tools to those that tool_choice allows', async () => {
    const tool = (name: string) => ({ type: 'function', function: { name } });
    const reply = await ask('[[call f {}]] [[say g instead]]', {
      tools: [tool('f'), tool('g')],
      tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [tool('g')] } },
    });
    assert.equal(reply.choices[0]?.message.tool_calls, undefined);
    const demanded = await ask('Anything', {
      tools: [tool('f'), tool('g')],
      tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [tool('g')] } },
    });
    assert.deepEqual(
      demanded.choices[0]?.message.tool_calls?.map((call) => at(call, 'function.name')),
      ['g'],
    );
  });

  it('takes null for what is not given at every depth, and an empty answer back', async () => {
    const { key } = await test.createKey(test.owner);
    const body = {
      model: agent,
      stream_options: { include_usage: null },
      response_format: { type: 'json_schema', json_schema: { name: 'a', description: null, schema: null } },
      tools: [
        { type: 'function', function: { name: 'f', description: null, parameters: null, strict: null } },
      ],
      messages: [
        { role: 'user', name: null, tool_call_id: null, content: 'First' },
        { role: 'assistant', content: '', tool_calls: null, refusal: null, audio: null },
        {
          role: 'user',
          content: [
            { type: 'image_url', text: null, image_url: { url: 'https://example.com/a.png', detail: null } },
            {
              type: 'file',
              file: { file_id: null, filename: null, file_data: 'data:text/plain;base64,SGk=' },
            },
          ],
        },
      ],
    };
    const reply = await test.request('POST', '/api/agents/v1/chat/completions', { token: key, body });
    assert.equal(reply.status, 200, reply.text);
  });

  it('gives JSON of the schema that was asked for', async () => {
    const reply = await ask('Tell me about Ada', {
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'person',
          strict: true,
          schema: {
            type: 'object',
            properties: { name: { type: 'string' }, age: { type: 'integer', minimum: 1 } },
            required: ['name', 'age'],
            additionalProperties: false,
          },
        },
      },
    });
    const person = JSON.parse(reply.choices[0]?.message.content ?? '');
    assert.deepEqual(Object.keys(person).sort(), ['age', 'name']);
    assert.ok(Number.isInteger(person.age) && person.age >= 1);
  });

  it('takes images, files, system messages and parameters that it does not know', async () => {
    const reply = await client.chat.completions.create({
      model: agent,
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
            { type: 'file', file: { filename: 'a.txt', file_data: 'data:text/plain;base64,SGVsbG8=' } },
          ],
        },
      ],
      ...{ some_future_parameter: { a: [1] }, top_k: 3, user: 'u-1', metadata: { a: 'b' } },
    });
    assert.equal(reply.choices[0]?.finish_reason, 'stop');
  });

  it('says which parameters have no effect, and nothing of those that ask for nothing', async () => {
    const ask = async (fields: object) => {
      const { key } = await test.createKey(test.owner);
      const body = { model: agent, messages: [{ role: 'user', content: 'Hi' }], ...fields };
      const reply = await test.request('POST', '/api/agents/v1/chat/completions', { token: key, body });
      return at(reply.body, 'warnings');
    };
    const warnings = await ask({
      logit_bias: { 50256: -100 },
      logprobs: true,
      top_logprobs: 2,
      verbosity: 'low',
    });
    assert.ok(Array.isArray(warnings));
    for (const name of ['logit_bias', 'logprobs', 'top_logprobs', 'verbosity'])
      assert.ok(
        warnings.some((warning) => String(warning).startsWith(`${name} has no effect`)),
        name,
      );
    assert.equal(
      await ask({ logit_bias: {}, logprobs: false, service_tier: 'auto', modalities: ['text'] }),
      undefined,
    );
    assert.equal(await ask({ logit_bias: null, store: true, safety_identifier: 'x' }), undefined);
    const said = {
      messages: [{ role: 'user', name: 'Ada', content: 'Hi' }],
      metadata: { a: 'b' },
      store: false,
    };
    const unkept = (await ask(said)) as string[];
    assert.deepEqual(
      unkept.map((warning) => warning.split(' ')[0]),
      ['store', 'metadata', 'messages[].name'],
    );
    const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };
    const called = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } };
    for (const before of [
      [{ role: 'system', content: [image] }],
      [{ role: 'assistant', content: [{ type: 'text', text: 'See' }, image] }],
      [
        { role: 'assistant', tool_calls: [called] },
        { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: 'A shot' }, image] },
      ],
    ]) {
      const messages = [{ role: 'user', content: 'Look' }, ...before, { role: 'user', content: 'And?' }];
      assert.deepEqual(await ask({ messages }), [
        'Images and files have an effect in messages of the user only.',
      ]);
    }
  });

  it('says which fields of a request nobody knows, as a whole and as a stream', async () => {
    const { key } = await test.createKey(test.owner);
    const body = {
      model: agent,
      messages: [{ role: 'user', content: 'Hi' }],
      temprature: 0.2,
      top_k: 3,
      x: null,
    };
    const lines = [
      "'temprature' is not a field of this request and has no effect. Did you mean 'temperature'?",
      'top_k has no effect: it is not passed on to models.',
    ];
    const path = '/api/agents/v1/chat/completions';
    const whole = await test.request('POST', path, { token: key, body });
    assert.deepEqual(at(whole.body, 'warnings'), lines);
    const streamed = await test.request('POST', path, { token: key, body: { ...body, stream: true } });
    const last = streamed.text.split('\n').findLast((line) => line.includes('"finish_reason":"stop"')) ?? '';
    assert.deepEqual(JSON.parse(last.slice('data: '.length)).warnings, lines);
  });

  it('stops at max_tokens with finish_reason length', async () => {
    const reply = await ask(`[[say ${'word '.repeat(200)}]]`, { max_tokens: 20 });
    assert.equal(reply.choices[0]?.finish_reason, 'length');
    assert.ok((reply.usage?.completion_tokens ?? 99) <= 20);
  });

  it('answers within max_steps even when the model would call tools for ever', async () => {
    const bounded = await test.createAgent(test.owner, { tools: ['calculator'], max_steps: 3 });
    const calls = Array.from(
      { length: 8 },
      (_, index) => `[[call calculator {"expression":"${index}+1"}]]`,
    ).join(' ');
    const reply = await ask(calls, { model: bounded });
    assert.ok(['stop', 'length'].includes(reply.choices[0]?.finish_reason ?? ''));
  });

  it('lists the agents that the key may call, and only those', async () => {
    const other = await test.createAgent(test.owner);
    const limited = await test.createKey(test.owner, { agent_ids: [agent] });
    const narrow = new OpenAI({ baseURL: `${test.url}/api/agents/v1`, apiKey: limited.key, maxRetries: 0 });
    const ids = [];
    for await (const model of narrow.models.list()) ids.push(model.id);
    assert.deepEqual(ids, [agent]);
    await assert.rejects(narrow.models.retrieve(other), { status: 404, code: 'model_not_found' });
    await assert.rejects(
      narrow.chat.completions.create({ model: other, messages: [{ role: 'user', content: 'Hi' }] }),
      { status: 404, code: 'model_not_found' },
    );
    const named = (await narrow.models.list()).data.map((model) => at(model, 'name'));
    assert.deepEqual(named, [at(await narrow.models.retrieve(agent), 'name')]);
    const details = await client.models.retrieve(agent);
    assert.equal(at(details, 'underlying_model'), 'sandbox');
    assert.equal(at(details, 'version'), 1);
  });

  it('lets an agent be set up before its provider has a key, and says then what is missing', async () => {
    const early = await test.createAgent(test.owner, { model: 'claude-3-opus' });
    const { body } = await test.owner.call('GET', `/agents/${early}`);
    assert.equal(at(body, 'status'), 'error');
    await assert.rejects(ask('Hi', { model: early }), { status: 400, code: 'model_not_configured' });
    const nonsense = await test.owner.call('POST', '/agents', { name: 'N', model: 'no-such-model' });
    assert.equal(nonsense.status, 400);
    assert.equal(nonsense.field('error.details.field'), 'model');
  });

  it('uses an edited agent on the very next call', async () => {
    const id = await test.createAgent(test.owner);
    await ask('Hi', { model: id });
    const saved = await test.owner.call('PATCH', `/agents/${id}`, { max_steps: 4 });
    assert.equal(saved.status, 200, saved.text);
    assert.equal(at(await ask('Hi', { model: id }), 'system_fingerprint'), `${id}@2`);
    await test.owner.call('DELETE', `/agents/${id}`);
    await assert.rejects(ask('Hi', { model: id }), { status: 404, code: 'model_not_found' });
  });

  it('refuses what is wrong with a status, a code and the field', async () => {
    const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } };
    const asked = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: null, tool_calls: [call] },
    ];
    const wrong: [Record<string, unknown>, number, string, string][] = [
      [{ messages: [] }, 400, 'validation_error', 'messages'],
      [{ messages: 'Hi' }, 400, 'validation_error', 'messages'],
      [{ messages: [{ role: 'robot', content: 'x' }] }, 400, 'validation_error', 'messages.0.role'],
      [{ messages: [{ role: 'user' }] }, 400, 'validation_error', 'messages.0.content'],
      [
        { messages: [{ role: 'user', content: [{ type: 'video' }] }] },
        400,
        'validation_error',
        'messages.0.content.0.type',
      ],
      ...[
        [{ text: 'no type' }, 'type'],
        [{ type: 'image_url', image_url: 'https://example.com/a.png' }, 'image_url'],
        [
          { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'x' } },
          'image_url.detail',
        ],
        [{ type: 'text', text: null }, 'text'],
      ].map(([part, field]): [Record<string, unknown>, number, string, string] => [
        { messages: [{ role: 'user', content: [part] }] },
        ...([400, 'validation_error', `messages.0.content.0.${String(field)}`] as const),
      ]),
      [{ messages: [...asked, { role: 'user', content: 'x' }] }, 400, 'tool_results_missing', 'messages'],
      [{ tool_choice: { type: 'custom' } }, 400, 'validation_error', 'tool_choice.type'],
      [{ tool_choice: { type: 'function' } }, 400, 'validation_error', 'tool_choice.function'],
      [
        { tool_choice: { type: 'allowed_tools', allowed_tools: { tools: [{ function: { name: 'x' } }] } } },
        ...([400, 'validation_error', 'tool_choice.allowed_tools.tools.0.function.name'] as const),
      ],
      [{ stop: ['a', 'b', 'c', 'd', 'e'] }, 400, 'validation_error', 'stop'],
      [{ temperature: 9 }, 400, 'validation_error', 'temperature'],
      [{ n: 2 }, 400, 'validation_error', 'n'],
      [{ max_tokens: 0 }, 400, 'validation_error', 'max_tokens'],
      [
        { tool_choice: { type: 'function', function: { name: 'x' } } },
        400,
        'validation_error',
        'tool_choice.function.name',
      ],
      [{ conversation_id: 'conv_nope' }, 404, 'conversation_not_found', 'conversation_id'],
      [{ parent_message_id: 'msg_nope' }, 404, 'message_not_found', 'parent_message_id'],
      [{ model: 'agent_nope' }, 404, 'model_not_found', 'model'],
    ];
    for (const [fields, status, code, param] of wrong) {
      const body = { model: agent, messages: [{ role: 'user', content: 'Hi' }], ...fields };
      const reply = await test.request('POST', '/api/agents/v1/chat/completions', { token: key, body });
      assert.equal(reply.status, status, `${JSON.stringify(fields)}: ${reply.text}`);
      assert.deepEqual([reply.field('error.code'), reply.field('error.param')], [code, param], reply.text);
      assert.ok(reply.headers.get('x-request-id'));
    }
    const post = (body: string, headers = {}) =>
      test.request('POST', '/api/agents/v1/chat/completions', { token: key, body, headers });
    assert.equal((await post('{"model":')).field('error.code'), 'invalid_json');
    assert.equal((await post('{"model":"a","model":"b"}')).field('error.code'), 'invalid_json');
    assert.equal(
      (await post(`{"a":${'['.repeat(100)}${']'.repeat(100)}}`)).field('error.code'),
      'invalid_json',
    );
    assert.equal((await post('{"__proto__":{"a":1}}')).field('error.code'), 'invalid_json');
    assert.equal((await post('a=b', { 'content-type': 'text/plain' })).status, 415);
  });

  it('refuses credentials by what is wrong with them', async () => {
    const call = (token?: string) => test.request('GET', '/api/agents/v1/models', { token });
    assert.equal((await call()).field('error.code'), 'missing_api_key');
    assert.equal((await call('sk-nonsense')).field('error.code'), 'invalid_api_key');
    const one = await test.createKey(test.owner);
    await test.owner.call('PATCH', `/agent-keys/${one.id}`, { disabled: true });
    assert.equal((await call(one.key)).field('error.code'), 'api_key_disabled');
    await test.owner.call('DELETE', `/agent-keys/${one.id}`);
    const gone = await call(one.key);
    assert.equal(gone.field('error.code'), 'invalid_api_key');
    assert.equal(gone.status, 401);
    assert.equal((await call(test.owner.token)).status, 200, 'a signed-in user may call agents');
  });

  it('lets any page call it, without asking a preflight for a key', async () => {
    const preflight = await test.request('OPTIONS', '/api/agents/v1/chat/completions', {
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
    const refused = await test.request('GET', '/api/agents/v1/models', {
      headers: { origin: 'https://shop.example' },
    });
    assert.equal(refused.headers.get('access-control-allow-origin'), '*', 'errors must be readable too');
  });
});
