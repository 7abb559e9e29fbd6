import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type ScriptedUpstream,
  startScriptedUpstream,
  streamEvents,
} from '../../testing/scripted-upstream.ts';
import { until } from '../../testing/until.ts';
import {
  callOf,
  failureOf,
  instantRetries,
  RecordingSink,
  type TestModelOptions,
  testModel,
} from '../test-support.ts';
import type { ChatModel, ModelCall, ModelReply } from '../types.ts';

let upstream: ScriptedUpstream;
const closers: (() => Promise<void>)[] = [];
const never = new AbortController().signal;

before(async () => {
  upstream = await startScriptedUpstream();
});
after(async () => {
  await Promise.all(closers.map((close) => close()));
  await upstream.close();
});

function modelOf(options: TestModelOptions = {}): ChatModel {
  const { model, close } = testModel(upstream.baseUrl, options);
  closers.push(close);
  return model;
}

async function streamed(call: ModelCall = callOf(), options: TestModelOptions = {}) {
  const sink = new RecordingSink();
  const reply = await modelOf(options).call(call, { signal: never, sink });
  return { reply, sink };
}

test('a streamed and a whole answer are the same reply', async () => {
  upstream.play({ text: 'Grüße aus 東京 🎌', chunks: 5, reasoning: 'Let me see.' });
  const whole = await modelOf().call(callOf(), { signal: never });
  const { reply, sink } = await streamed();
  assert.deepEqual(reply, whole);
  assert.equal(reply.text, 'Grüße aus 東京 🎌');
  assert.equal(reply.reasoning[0]?.text, 'Let me see.');
  assert.equal(sink.textOf('text'), reply.text);
  assert.equal(sink.textOf('reasoning'), 'Let me see.');
  assert.deepEqual(reply.usage, {
    inputTokens: 10,
    cachedTokens: 0,
    outputTokens: 5,
    reasoningTokens: 0,
    estimated: false,
  });
});

test('the same reply comes out of CRLF, CR, single bytes and one packet', async () => {
  const plan = { text: 'naïve café – 日本語 🙂', chunks: 4 } as const;
  for (const framing of [{}, { lineEnd: '\r\n' }, { lineEnd: '\r' }, { splitBytes: 1 }] as const) {
    upstream.play({ ...plan, ...framing });
    const { reply } = await streamed();
    assert.equal(reply.text, plan.text);
  }
});

test('the request says what the call says', async () => {
  upstream.play({});
  const call = callOf({
    instructions: 'Be kind.',
    items: [
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image', url: 'data:image/png;base64,AA==', detail: 'low' },
        ],
      },
      { type: 'reasoning', text: 'hm', providerData: { openaiCompatible: { field: 'reasoning_content' } } },
      { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Calling.' }] },
      { type: 'tool_call', callId: 'c1', name: 'f', arguments: '{"a":1}', runBy: 'server' },
      { type: 'tool_result', callId: 'c1', name: 'f', output: '2', isError: false },
      {
        type: 'message',
        role: 'user',
        content: [
          {
            type: 'file',
            filename: 'a.pdf',
            mediaType: 'application/pdf',
            data: { type: 'base64', base64: 'AA==' },
          },
        ],
      },
    ],
    tools: [{ name: 'f', description: 'd', parameters: { type: 'object' }, strict: true }],
    toolChoice: { type: 'tool', name: 'f' },
    parallelToolCalls: false,
    responseFormat: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true },
    parameters: {
      temperature: 0.5,
      topP: 0.9,
      maxOutputTokens: 7,
      stop: ['x'],
      presencePenalty: 1,
      frequencyPenalty: 2,
      seed: 3,
      reasoningEffort: 'low',
    },
    idempotencyKey: 'idem-1',
  });
  await streamed(call, { apiKey: 'k-1' });
  const sent = upstream.calls.at(-1);
  assert.equal(sent?.path, '/v1/chat/completions');
  assert.equal(sent?.headers.authorization, 'Bearer k-1');
  assert.equal(sent?.headers['idempotency-key'], 'idem-1');
  assert.deepEqual(sent?.body, {
    model: 'model',
    messages: [
      { role: 'system', content: 'Be kind.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } },
        ],
      },
      {
        role: 'assistant',
        content: 'Calling.',
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
        reasoning_content: 'hm',
      },
      { role: 'tool', tool_call_id: 'c1', content: '2' },
      {
        role: 'user',
        content: [
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==' } },
        ],
      },
    ],
    max_tokens: 7,
    seed: 3,
    stop: ['x'],
    reasoning_effort: 'low',
    temperature: 0.5,
    top_p: 0.9,
    presence_penalty: 1,
    frequency_penalty: 2,
    tools: [
      {
        type: 'function',
        function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
      },
    ],
    tool_choice: { type: 'function', function: { name: 'f' } },
    parallel_tool_calls: false,
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'n', schema: { type: 'object' }, strict: true },
    },
    stream: true,
    stream_options: { include_usage: true },
  });
});

test("OpenAI's own reasoning models get their own fields, and a warning for what they do not take", async () => {
  upstream.play({});
  const call = callOf({ instructions: 'Hi', parameters: { maxOutputTokens: 9, temperature: 1 } });
  const { reply } = await streamed(call, { flavour: 'openai', model: 'gpt-5-mini' });
  const body = upstream.calls.at(-1)?.body;
  assert.equal(body?.max_completion_tokens, 9);
  assert.ok(body && !('max_tokens' in body) && !('temperature' in body));
  assert.match(reply.warnings.join(), /temperature/);
  await streamed(call, { flavour: 'openai', model: 'gpt-4o' });
  assert.equal(upstream.calls.at(-1)?.body.max_tokens, 9);
});

test('tool calls stream as parts and arrive whole', async () => {
  const toolCalls = [
    { id: 'a', name: 'first', arguments: '{"x":[1,2]}' },
    { id: 'b', name: 'second', arguments: '' },
  ];
  upstream.play({ toolCalls, text: 'On it.' });
  const { reply, sink } = await streamed();
  assert.equal(reply.finishReason, 'tool_calls');
  assert.deepEqual(reply.toolCalls, [
    { callId: 'a', name: 'first', arguments: '{"x":[1,2]}' },
    { callId: 'b', name: 'second', arguments: '{}' },
  ]);
  const heads = sink.parts.filter((part) => part.type === 'tool_call');
  assert.deepEqual(
    heads.map((part) => [part.index, part.callId]),
    [
      [0, 'a'],
      [1, 'b'],
    ],
  );
  assert.equal(sink.textOf('tool_arguments'), '{"x":[1,2]}{}');
});

function frames(...deltas: object[]): string[] {
  return [
    ...deltas.map((delta) => JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }] })),
    JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
    '[DONE]',
  ];
}

const calls = (reply: ModelReply) => reply.toolCalls.map((call) => [call.name, call.arguments]);

test('tool calls without index or id, with repeated ids, or with arguments as an object are understood', async () => {
  const fn = (name: string, args: unknown) => ({ name, arguments: args });
  const cases: [string[], string[][]][] = [
    [
      frames(
        { tool_calls: [{ id: 'a', function: fn('f', '{"q"') }] },
        { tool_calls: [{ function: { arguments: ':1}' } }] },
      ),
      [['f', '{"q":1}']],
    ],
    [
      frames({ tool_calls: [{ function: fn('f', '{}') }] }, { tool_calls: [{ function: fn('g', '{}') }] }),
      [
        ['f', '{}'],
        ['g', '{}'],
      ],
    ],
    [
      frames(
        { tool_calls: [{ index: 0, id: 'a', function: fn('f', '{') }] },
        { tool_calls: [{ index: 0, id: 'a', function: fn('f', '}') }] },
      ),
      [['f', '{}']],
    ],
    [
      frames(
        { tool_calls: [{ index: 0, id: 'a', function: fn('f', '{}') }] },
        { tool_calls: [{ index: 0, id: 'b', function: fn('f', '{}') }] },
      ),
      [
        ['f', '{}'],
        ['f', '{}'],
      ],
    ],
    [frames({ tool_calls: [{ index: 0, function: fn('f', { q: 1 }) }] }), [['f', '{"q":1}']]],
    [frames({ tool_calls: [{ index: 0, id: 'a', function: fn('f', 'not json') }] }), [['f', 'not json']]],
  ];
  for (const [events, expected] of cases) {
    upstream.play({ events });
    const { reply } = await streamed();
    assert.deepEqual(calls(reply), expected);
    assert.equal(reply.finishReason, 'tool_calls');
    const ids = reply.toolCalls.map((call) => call.callId);
    assert.ok(ids.every((id) => id !== '') && new Set(ids).size === ids.length);
  }
});

test('reasoning blocks go back to the provider as they came', async () => {
  upstream.play({
    events: frames(
      { reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'Think' }] },
      { reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'ing', signature: 'sig' }] },
      { content: 'Done' },
    ),
  });
  const { reply } = await streamed();
  assert.equal(reply.reasoning[0]?.text, 'Thinking');
  const details = [{ type: 'reasoning.text', index: 0, text: 'Thinking', signature: 'sig' }];
  upstream.play({});
  await streamed(
    callOf({
      items: [
        ...reply.reasoning,
        { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Done' }] },
      ],
    }),
  );
  assert.deepEqual(upstream.calls.at(-1)?.body.messages, [
    { role: 'assistant', content: 'Done', reasoning_details: details },
  ]);
});

test('content as a list, refusals and other choices are read for what they are', async () => {
  upstream.play({
    events: [
      JSON.stringify({ choices: [{ index: 1, delta: { content: 'not ours' } }] }),
      ...frames(
        {
          content: [
            { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
            { type: 'text', text: 'yes' },
          ],
        },
        { refusal: 'no' },
      ),
    ],
  });
  const { reply, sink } = await streamed();
  assert.deepEqual([reply.text, reply.refusal, reply.reasoning[0]?.text], ['yes', 'no', 'hm']);
  assert.equal(sink.textOf('refusal'), 'no');
});

test('usage that is missing or can not be true is estimated; of two, the last counts', async () => {
  const absurd = [
    null,
    { prompt_tokens: -5, completion_tokens: 3 },
    { prompt_tokens: 1e15, completion_tokens: 3 },
    { prompt_tokens: 10.5, completion_tokens: 3 },
    { prompt_tokens: 'many', completion_tokens: 3 },
    { prompt_tokens: 0, completion_tokens: 0 },
    { prompt_tokens: 10, completion_tokens: 0 },
  ];
  for (const usage of absurd) {
    upstream.play({ usage, text: 'four words of text' });
    const { reply } = await streamed();
    assert.equal(reply.usage.estimated, true, JSON.stringify(usage));
    assert.ok(reply.usage.inputTokens > 0 && reply.usage.outputTokens > 0);
  }
  upstream.play({
    usage: [
      { prompt_tokens: 1, completion_tokens: 1 },
      {
        prompt_tokens: 20,
        completion_tokens: 8,
        prompt_tokens_details: { cached_tokens: 16 },
        completion_tokens_details: { reasoning_tokens: 4 },
      },
    ],
  });
  const { reply } = await streamed();
  assert.deepEqual(reply.usage, {
    inputTokens: 20,
    cachedTokens: 16,
    outputTokens: 8,
    reasoningTokens: 4,
    estimated: false,
  });
  upstream.play({
    usage: {
      prompt_tokens: 5,
      completion_tokens: 2,
      total_tokens: 17,
      completion_tokens_details: { reasoning_tokens: 10 },
    },
  });
  assert.equal((await streamed()).reply.usage.outputTokens, 12);
});

test('each refusal of the provider becomes our failure, and its words and our key stay inside', async () => {
  const table = [
    [401, {}, 'auth', 502],
    [403, {}, 'auth', 502],
    [400, { code: 'context_length_exceeded' }, 'context_length', 400],
    [400, { code: 'content_filter' }, 'content_filter', 400],
    [404, {}, 'bad_request', 400],
    [422, {}, 'bad_request', 400],
    [408, {}, 'unavailable', 502],
    [500, {}, 'unavailable', 502],
    [503, {}, 'unavailable', 502],
  ] as const;
  for (const [status, error, failure, ours] of table) {
    upstream.play({
      status,
      error: { message: `Bad key upstream-secret-key or sk-abcdef123456 ${'x'.repeat(500)}`, ...error },
    });
    const failed = await failureOf(streamed());
    assert.equal(failed.failure, failure);
    assert.equal(failed.error?.status, ours);
    assert.equal(failed.partial.started, false);
    assert.doesNotMatch(failed.message, /upstream-secret-key|sk-abc/);
    assert.ok(failed.message.length < 400);
  }
});

test('a 401 is not repeated; a 5xx and a 429 are, three times at most, with the wait that was asked for', async () => {
  const count = async (plan: Parameters<ScriptedUpstream['play']>[0], waits: number[] = []) => {
    const already = upstream.calls.length;
    upstream.play(plan);
    const failed = await failureOf(streamed(callOf(), { retries: instantRetries(waits) }));
    return { failed, made: upstream.calls.length - already };
  };
  assert.equal((await count({ status: 401 })).made, 1);
  assert.equal((await count({ status: 400 })).made, 1);
  assert.equal((await count({ status: 500 })).made, 3);
  const waits: number[] = [];
  const limited = await count({ status: 429, headers: { 'retry-after': '7' } }, waits);
  assert.equal(limited.made, 3);
  assert.deepEqual(waits, [7_000, 7_000]);
  assert.equal(limited.failed.error?.details.retryAfterMs, 7_000);
  assert.equal((await count({ status: 429, headers: { 'retry-after': '50' } })).made, 1, 'over the budget');
  assert.equal((await count({ status: 429, error: { code: 'insufficient_quota' } })).made, 1);
});

test('a provider that fails twice and then answers has answered, under one idempotency key', async () => {
  const first = upstream.calls.length;
  upstream.play((call) => (call.number < first + 2 ? { status: 500 } : { text: 'at last' }));
  const { reply, sink } = await streamed();
  assert.equal(reply.text, 'at last');
  assert.equal(sink.textOf('text'), 'at last');
  const keys = upstream.calls.slice(first).map((call) => call.headers['idempotency-key']);
  assert.deepEqual(keys, ['key-1', 'key-1', 'key-1']);
});

test('errors inside a success are errors, before the first part and after it', async () => {
  upstream.play({ error: { message: 'slow down', code: 429 } });
  assert.equal((await failureOf(streamed())).failure, 'rate_limited');
  assert.equal((await failureOf(modelOf().call(callOf(), { signal: never }))).failure, 'rate_limited');

  const already = upstream.calls.length;
  const [first = ''] = streamEvents({ text: 'Hello', chunks: 1 });
  upstream.play({ events: [first, JSON.stringify({ error: { message: 'boom', type: 'server_error' } })] });
  const failed = await failureOf(streamed());
  assert.equal(failed.failure, 'unavailable');
  assert.equal(failed.partial.text, 'Hello');
  assert.equal(failed.partial.started, true);
  assert.equal(upstream.calls.length - already, 1, 'never repeated after a part was shown');
});

test('an answer that is broken off is a cut that carries what came', async () => {
  for (const ending of ['truncated', 'reset'] as const) {
    upstream.play({ text: 'abcdef', chunks: 6, ending, after: 3 });
    const sink = new RecordingSink();
    const failed = await failureOf(modelOf().call(callOf(), { signal: never, sink }));
    assert.equal(failed.failure, 'cut');
    assert.equal(failed.partial.text, sink.textOf('text'));
    assert.ok(failed.partial.text.length <= 3);
    assert.equal(failed.partial.started, true);
    assert.equal((await failureOf(modelOf().call(callOf(), { signal: never }))).failure, 'cut');
  }
});

test('a stream that says why it ended needs no [DONE]', async () => {
  const events = frames({ content: 'whole' }).slice(0, -1);
  upstream.play({ events });
  assert.equal((await streamed()).reply.text, 'whole');
});

test('garbage is garbage: HTML, broken JSON, nothing, an event too large', async () => {
  const html = { rawBody: '<html>Bad gateway</html>', headers: { 'content-type': 'text/html' } };
  const plans = [
    html,
    { rawBody: '{"choices":', headers: { 'content-type': 'application/json' } },
    { rawBody: '{"hello":1}' },
    { rawBody: '[]' },
    { events: ['{"choices":'] },
    { events: ['\u0000\u0001binary'] },
    { events: ['[DONE]'] },
    { events: [] },
    { events: [JSON.stringify({ choices: [{ delta: { content: 'x'.repeat(100_000) } }] })] },
  ];
  for (const plan of plans) {
    upstream.play(plan);
    const failed = await failureOf(streamed(callOf(), { limits: { maxEventChars: 50_000 } }));
    assert.equal(failed.failure, 'garbage', JSON.stringify(plan).slice(0, 60));
    assert.doesNotMatch(failed.message, /html|binary/i);
  }
  upstream.play({ ...html, status: 502 });
  assert.equal((await failureOf(streamed())).failure, 'unavailable');
  upstream.play({ text: 'x'.repeat(50_000), chunks: 50, gapMs: 1 });
  const failed = await failureOf(streamed(callOf(), { limits: { maxTotalBytes: 20_000 } }));
  assert.equal(failed.failure, 'garbage');
  assert.ok(failed.partial.text.length > 0);
});

test('silence before the headers, after them and between events is a timeout that ends the upstream call', async () => {
  const limits = { headersMs: 60, silentMs: 60, idleGapMs: 60 };
  const plans = [
    { firstByteMs: 60_000 },
    { ending: 'hang', after: 0 },
    { ending: 'hang', after: 2, text: 'abcdef', chunks: 6 },
  ] as const;
  for (const plan of plans) {
    upstream.play(plan);
    const failed = await failureOf(streamed(callOf(), { limits }));
    assert.equal(failed.failure, 'timeout');
    assert.equal(failed.error?.status, 504);
    await until('the call to be cut off', () => upstream.calls.at(-1)?.closedEarly);
  }
  upstream.play({ text: 'abcdefghij'.repeat(10), chunks: 100, gapMs: 10 });
  const failed = await failureOf(streamed(callOf(), { limits: { totalMs: 100 } }));
  assert.equal(failed.failure, 'timeout');
  assert.ok(failed.partial.text.length > 0);
});

test('an abort ends the upstream call at once, wherever it is, and keeps what came', async () => {
  upstream.play({ text: 'abcdef', chunks: 6, ending: 'hang', after: 3 });
  const abort = new AbortController();
  const sink = new RecordingSink();
  const running = failureOf(modelOf().call(callOf(), { signal: abort.signal, sink }));
  await until('three parts', () => sink.parts.length === 3);
  abort.abort();
  const failed = await running;
  assert.equal(failed.failure, 'aborted');
  assert.equal(failed.error, undefined);
  assert.equal(failed.partial.text, 'abc');
  await until('the call to be cut off', () => upstream.calls.at(-1)?.closedEarly);

  const before = upstream.calls.length;
  const gone = await failureOf(modelOf().call(callOf(), { signal: AbortSignal.abort() }));
  assert.equal(gone.failure, 'aborted');
  assert.equal(upstream.calls.length, before);
});

test('nobody listening, an unknown host and a port that speaks no HTTP are told apart from an answer', async () => {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  for (const address of [`http://127.0.0.1:${port}/v1`, 'http://nowhere.invalid/v1']) {
    const waits: number[] = [];
    const { model, close } = testModel(address, { retries: instantRetries(waits) });
    const failed = await failureOf(model.call(callOf(), { signal: never }));
    assert.equal(failed.failure, 'unavailable');
    assert.equal(failed.error?.status, 502);
    assert.equal(waits.length, 2);
    await close();
  }
});

test('a slow reader slows the upstream, and time that we hold the stream is not its silence', async () => {
  upstream.play({ text: 'x'.repeat(4_000_000), chunks: 200 });
  let release: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const sink = new RecordingSink();
  const slow = { part: (part: Parameters<RecordingSink['part']>[0]) => sink.part(part), ready: () => gate };
  const running = modelOf({ limits: { idleGapMs: 50 } }).call(callOf(), { signal: never, sink: slow });
  await until('the first part', () => sink.parts.length > 0);
  // Longer than the upstream may be silent.
  await delay(200);
  assert.ok((upstream.calls.at(-1)?.eventsSent ?? 0) < 200, 'the upstream is held back');
  release();
  assert.equal((await running).text.length, 4_000_000);
});

test('an error that the reader of the stream throws reaches the caller as it is', async () => {
  upstream.play({ text: 'abc', chunks: 3 });
  const mine = new Error('mine');
  const sink = {
    part() {
      throw mine;
    },
  };
  await assert.rejects(modelOf().call(callOf(), { signal: never, sink }), mine);
  upstream.play({
    rawBody: JSON.stringify({ choices: [{ message: { content: 'x' }, finish_reason: 'stop' }] }),
  });
  await assert.rejects(modelOf().call(callOf(), { signal: never, sink }), mine);
});

test('an answer that ended is kept although the connection breaks or stays open after it', async () => {
  const events = frames({ content: 'whole' });
  upstream.play({ events: events.slice(0, -1), ending: 'reset', gapMs: 10 });
  assert.equal((await streamed()).reply.text, 'whole');
  upstream.play({ events, ending: 'hang' });
  assert.equal((await streamed()).reply.text, 'whole');
  await until('the call to be cut off', () => upstream.calls.at(-1)?.closedEarly);
});
