import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ScriptedUpstream, startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { at } from '../../src/testing/test-app.ts';
import { codeOf, type ResponsesApp, startResponsesApp, textOf } from './responses-app.ts';

const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const user = (content: unknown) => ({ type: 'message', role: 'user', content });
const call = { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{}' };
const output = { type: 'function_call_output', call_id: 'call_1', output: 'found' };

/** What reaches the model shows what was understood: the upstream keeps every request. */
describe('the input of a response', () => {
  let upstream: ScriptedUpstream;
  let app: ResponsesApp;
  before(async () => {
    upstream = await startScriptedUpstream({ text: 'ok' });
    app = await startResponsesApp(
      { model: 'sandbox' },
      { OPENAI_BASE_URL: upstream.baseUrl, OPENAI_API_KEY: 'sk-upstream' },
    );
    await app.owner.call('PUT', '/models/openai%2Fm/price', {
      input_usd_per_million: 0,
      output_usd_per_million: 0,
    });
    await app.owner.call('PATCH', `/agents/${app.agent}`, { model: 'openai/m' });
  });
  after(async () => {
    await app.close();
    await upstream.close();
  });

  /** The messages that the provider was sent for an input. */
  async function sent(
    input: unknown,
    more: Record<string, unknown> = {},
  ): Promise<Record<string, unknown>[]> {
    await app.create({ input, ...more });
    const messages = upstream.calls.at(-1)?.body.messages;
    assert.ok(Array.isArray(messages));
    return messages as Record<string, unknown>[];
  }
  const refused = async (input: unknown) => {
    const reply = await app.post('/responses', { model: app.agent, input });
    assert.ok(reply.status >= 400 && reply.status < 500, `${reply.status} ${reply.text}`);
    return { code: codeOf(reply), param: reply.field('error.param') };
  };

  it('as a text is one user message [request.input-text]', async () => {
    assert.deepEqual(await sent('Hello'), [{ role: 'user', content: 'Hello' }]);
  });

  it('takes every item and part of the specification [request.input-items]', async () => {
    const messages = await sent([
      { type: 'message', role: 'system', content: 'System words' },
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Developer words' }] },
      user('First'),
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'I think' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Said' }] },
      call,
      output,
      user([
        { type: 'input_text', text: 'Look' },
        { type: 'input_image', image_url: PIXEL, detail: 'low' },
        { type: 'input_file', filename: 'a.txt', file_data: 'data:text/plain;base64,SGk=' },
      ]),
    ]);
    const text = JSON.stringify(messages);
    for (const part of ['System words', 'Developer words', 'First', 'Said', 'found', 'Look', PIXEL]) {
      assert.ok(text.includes(part), part);
    }
  });

  it('takes refusals, string contents and output parts of tools [request.input-items]', async () => {
    const messages = await sent([
      user('First'),
      { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'I may not' }] },
      user('Second'),
      call,
      {
        ...output,
        output: [
          { type: 'input_text', text: 'a text' },
          { type: 'input_image', image_url: PIXEL },
        ],
      },
    ]);
    const text = JSON.stringify(messages);
    for (const part of ['I may not', 'a text', PIXEL]) assert.ok(text.includes(part), part);
  });

  it('knows items without type by their fields [request.item-without-type]', async () => {
    const messages = await sent([
      { role: 'user', content: 'First' },
      { call_id: 'call_1', name: 'look', arguments: '{}' },
      { call_id: 'call_1', output: 'found' },
      { summary: [{ type: 'summary_text', text: 'Thought' }] },
      { role: 'user', content: 'Second' },
    ]);
    assert.deepEqual(
      messages.map(({ role }) => role),
      ['user', 'assistant', 'tool', 'user'],
    );
    assert.equal((await refused([{ foo: 'bar' }])).param, 'input.0.type');
  });

  it('takes null for what is not given [request.nulls]', async () => {
    const nulls = {
      previous_response_id: null,
      instructions: null,
      tools: null,
      tool_choice: null,
      metadata: null,
      text: null,
      temperature: null,
      top_p: null,
      presence_penalty: null,
      frequency_penalty: null,
      parallel_tool_calls: null,
      stream_options: null,
      max_output_tokens: null,
      max_tool_calls: null,
      reasoning: null,
      safety_identifier: null,
      prompt_cache_key: null,
      top_logprobs: null,
    };
    await sent(
      [
        { type: 'message', id: null, status: null, role: 'user', content: 'First' },
        { type: 'reasoning', id: null, summary: [], content: null, encrypted_content: null },
        { ...call, id: null, status: null },
        { ...output, id: null, status: null },
        user([{ type: 'input_image', image_url: PIXEL, detail: null }]),
      ],
      nulls,
    );
  });

  it('takes answers back as they were given, with ids of nobody [request.input-items] [phase.input]', async () => {
    const messages = await sent([
      user('First'),
      {
        id: 'msg_from_elsewhere',
        type: 'message',
        role: 'assistant',
        status: 'completed',
        phase: 'commentary',
        content: [{ type: 'output_text', text: 'On the way', annotations: [], logprobs: [] }],
      },
      { id: 'msg_2', role: 'assistant', phase: 'final_answer', content: 'There' },
      { role: 'assistant', content: [], status: 'incomplete' },
      user('Second'),
    ]);
    for (const said of ['On the way', 'There']) assert.ok(JSON.stringify(messages).includes(said));
    assert.equal(messages.at(-1)?.content, 'Second');
    assert.equal(
      (await refused([{ role: 'assistant', content: 'x', phase: 'other' }])).param,
      'input.0.phase',
    );
  });

  it('takes an item that is there twice once, and refuses two calls of one id [request.duplicates]', async () => {
    const messages = await sent([user('Hi'), call, call, output, output, user('Again')]);
    assert.deepEqual(
      messages.map(({ role }) => role),
      ['user', 'assistant', 'tool', 'user'],
    );
    assert.deepEqual(
      await refused([user('Hi'), call, { ...call, arguments: '{"a":1}' }, output, user('x')]),
      {
        code: 'tool_results_missing',
        param: 'input',
      },
    );
    assert.equal(
      (await refused([user('Hi'), call, output, { ...output, output: 'else' }])).code,
      'tool_results_missing',
    );
  });

  it('refuses outputs without calls, and calls without outputs [request.orphan-output]', async () => {
    assert.deepEqual(await refused([output]), { code: 'tool_results_missing', param: 'input' });
    assert.equal((await refused([user('Hi'), call, user('and?')])).code, 'tool_results_missing');
    assert.equal((await refused([user('Hi'), call])).code, 'tool_results_missing');
  });

  it('stands for stored items by reference, and refuses ids of nobody [request.item-reference]', async () => {
    const response = await app.create({ input: 'Remember the word ember' });
    const items = await app.get(`/responses/${response.id}/input_items`);
    const messages = await sent([
      { type: 'item_reference', id: items.field('data.0.id') },
      { id: response.output[0]?.id },
      user('Which word?'),
    ]);
    assert.deepEqual(
      messages.map(({ content }) => content),
      ['Remember the word ember', 'ok', 'Which word?'],
    );
    assert.deepEqual(await refused([{ type: 'item_reference', id: 'msg_nobody' }, user('Hi')]), {
      code: 'item_not_found',
      param: 'input.0.id',
    });
  });

  it('takes 10,000 items and refuses more [request.large-input]', async () => {
    const items = Array.from({ length: 10_000 }, (_, n) => user(`Item ${n}`));
    assert.equal((await sent(items)).length, 10_000);
    assert.equal((await refused([...items, user('one more')])).param, 'input');
  });

  it('refuses wrong types and too large parts, naming them [request.bounds]', async () => {
    const cases: [unknown, string][] = [
      [42, 'input'],
      [[], 'input'],
      ['x'.repeat(10_485_761), 'input'],
      [[user(7)], 'input.0.content'],
      [[user([])], 'input.0.content'],
      [[user([{ type: 'input_text' }])], 'input.0.content.0.text'],
      [[user([{ type: 'input_text', text: 'x'.repeat(10_485_761) }])], 'input.0.content.0.text'],
      [[user([{ type: 'input_video', video_url: 'x' }])], 'input.0.content.0.type'],
      [[user([{ type: 'input_image', image_url: 'ftp://x' }])], 'input.0.content.0.image_url'],
      [[user([{ type: 'input_image', file_id: 'file_1' }])], 'input.0.content.0.file_id'],
      [[user([{ type: 'input_file', file_data: '%%%' }])], 'input.0.content.0.file_data'],
      [[user([{ type: 'input_file', file_data: 'SGk=', filename: 5 }])], 'input.0.content.0.filename'],
      [['a text'], 'input.0'],
      [[{ type: 'message', role: 'nobody', content: 'x' }], 'input.0.role'],
      [
        [{ type: 'message', role: 'system', content: [{ type: 'input_image', image_url: PIXEL }] }],
        'input.0.content.0.type',
      ],
      [[{ ...call, name: 'no spaces' }, output], 'input.0.name'],
      [[{ ...call, call_id: 'x'.repeat(65_537) }], 'input.0.call_id'],
      [[{ ...call, arguments: {} }], 'input.0.arguments'],
      [[{ type: 'web_search_call', id: 'ws_1' }], 'input.0.type'],
      [[{ type: 'compaction', encrypted_content: 'garbage' }], 'input.0.encrypted_content'],
    ];
    for (const [input, param] of cases) {
      assert.equal((await refused(input)).param, param, JSON.stringify(input).slice(0, 100));
    }
  });

  it('refuses parameters outside their bounds [request.bounds]', async () => {
    const cases: [Record<string, unknown>, string][] = [
      [{ temperature: 3 }, 'temperature'],
      [{ top_p: -1 }, 'top_p'],
      [{ max_output_tokens: 15 }, 'max_output_tokens'],
      [{ max_tool_calls: 0 }, 'max_tool_calls'],
      [{ top_logprobs: 21 }, 'top_logprobs'],
      [{ safety_identifier: 'x'.repeat(65) }, 'safety_identifier'],
      [{ prompt_cache_key: 'x'.repeat(65) }, 'prompt_cache_key'],
      [{ truncation: 'sometimes' }, 'truncation'],
      [{ stream: 'yes' }, 'stream'],
      [{ tools: [{ type: 'function', name: 'no spaces' }] }, 'tools.0.name'],
      [
        {
          tools: [
            { type: 'function', name: 'a' },
            { type: 'function', name: 'a' },
          ],
        },
        'tools.1.name',
      ],
      [{ tools: [{ type: 'function', function: { name: 'nested' } }] }, 'tools.0.name'],
      [{ tool_choice: { type: 'allowed_tools', tools: [] } }, 'tool_choice.tools'],
      [
        { text: { format: { type: 'json_schema', json_schema: { name: 'a', schema: {} } } } },
        'text.format.json_schema',
      ],
      [
        { text: { format: { type: 'json_schema', name: 'x', schema: { type: 'string', pattern: '(' } } } },
        'text.format.schema',
      ],
    ];
    for (const [body, param] of cases) {
      const reply = await app.post('/responses', { model: app.agent, input: 'Hi', ...body });
      assert.equal(reply.status, 400, reply.text);
      assert.equal(reply.field('error.param'), param);
    }
  });

  it('refuses what Chat Completions alone has, saying what to send instead [request.bounds]', async () => {
    const moved = {
      ...{ messages: [], max_tokens: 5, max_completion_tokens: 5, response_format: { type: 'json_object' } },
      ...{ reasoning_effort: 'low', verbosity: 'low', functions: [{ name: 'f' }], stop: ['a'] },
      ...{ function_call: { name: 'f' } },
      ...{ seed: 1, n: 2, logprobs: true, logit_bias: { 1: 1 } },
    };
    for (const [name, value] of Object.entries(moved)) {
      const reply = await app.post('/responses', { model: app.agent, input: 'Hi', [name]: value });
      assert.deepEqual([reply.status, reply.field('error.param')], [400, name], reply.text);
    }
    const harmless = {
      ...{ n: 1, logprobs: false, logit_bias: {}, stop: null, some_future_field: 1 },
      ...{ functions: [], function_call: 'auto', response_format: { type: 'text' } },
    };
    const reply = await app.post('/responses', { model: app.agent, input: 'Hi', ...harmless });
    assert.equal(reply.status, 200, reply.text);
  });

  it('takes reasoning back that it sealed, as the provider wants it, and nothing that was altered [reasoning.encrypted]', async () => {
    // This provider wants its reasoning back beside tool calls.
    const asking = { toolCalls: [{ name: 'look', arguments: '{}' }], finishReason: 'tool_calls' };
    upstream.play({ reasoning: 'deep thoughts', reasoningField: 'reasoning_content', ...asking });
    const tools = [{ type: 'function', name: 'look' }];
    const body = { input: 'Hi', include: ['reasoning.encrypted_content'], tools };
    const json = await app.create(body);
    const { text, events } = await app.stream(body);
    upstream.play({ text: 'ok' });
    const [reasoning] = json.output;
    assert.equal(reasoning?.summary?.[0]?.text, 'deep thoughts');
    const sealed = reasoning?.encrypted_content ?? '';
    assert.ok(sealed !== '' && !Buffer.from(sealed, 'base64url').toString().includes('thoughts'));
    assert.equal(events.at(-1)?.response?.output[0]?.encrypted_content, sealed);
    const id = events.at(-1)?.response?.id;
    assert.equal((await app.get(`/responses/${id}?stream=true`)).text, text);
    upstream.play({ reasoning: 'deep thoughts', reasoningField: 'reasoning_content', ...asking });
    const { id: unasked } = await app.create({ input: 'Hi', tools });
    upstream.play({ text: 'ok' });
    const later = await app.get(`/responses/${unasked}?include[]=reasoning.encrypted_content`);
    assert.equal(later.field('output.0.encrypted_content'), sealed);
    const back = { ...reasoning, id: 'rs_of_nobody', summary: [] };
    const result = { type: 'function_call_output', call_id: json.output.at(-1)?.call_id, output: 'seen' };
    const messages = await sent([user('Hi'), back, ...json.output.slice(1), result], { tools });
    assert.ok(JSON.stringify(messages).includes('deep thoughts'));
    assert.ok(!('encrypted_content' in ((await app.create({ input: 'Hi' })).output[0] ?? {})));
    for (const wrong of ['mst1.aaaa.bbbb', `${sealed}x`, 'nonsense']) {
      const { code, param } = await refused([{ ...back, encrypted_content: wrong }, user('Hi')]);
      assert.deepEqual([code, param], ['invalid_encrypted_content', 'input.0.encrypted_content']);
    }
  });

  it('leaves the oldest turns out when truncation is auto, and never when it is disabled [request.truncation]', async () => {
    const old = Array.from({ length: 30 }, (_, n) => user(`Old ${n} ${'words '.repeat(40_000)}`));
    // gpt-4 has a window of 8,192 tokens; the price library knows it.
    await app.owner.call('PUT', '/models/openai%2Fgpt-4/price', {
      input_usd_per_million: 0,
      output_usd_per_million: 0,
    });
    const small = await app.createAgent(app.owner, { model: 'openai/gpt-4' });
    const ask = async (truncation: string) => {
      const reply = await app.post('/responses', {
        model: small,
        truncation,
        input: [...old, user('The newest')],
      });
      assert.equal(reply.status, 200, reply.text.slice(0, 300));
      const messages = upstream.calls.at(-1)?.body.messages;
      return Array.isArray(messages) ? messages : [];
    };
    assert.deepEqual(
      (await ask('auto')).map((message) => at(message, 'content')),
      ['The newest'],
    );
    assert.equal((await ask('disabled')).length, 31);
  });

  it('reads file and image addresses without fetching them [request.input-items]', async () => {
    const messages = await sent([user([{ type: 'input_image', image_url: 'https://example.com/a.png' }])]);
    assert.ok(JSON.stringify(messages).includes('https://example.com/a.png'));
  });

  it('is answered the same over either face [request.input-text]', async () => {
    assert.equal(textOf(await app.create({ input: 'Hello' })), 'ok');
  });
});
