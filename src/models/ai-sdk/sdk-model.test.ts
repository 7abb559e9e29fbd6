import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock } from '../../lib/clock.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import {
  type ScriptedUpstream,
  startScriptedUpstream,
  type UpstreamPlan,
} from '../../testing/scripted-upstream.ts';
import { until } from '../../testing/until.ts';
import { callOf, failureOf, instantRetries, RecordingSink } from '../test-support.ts';
import { type CallLimits, defaultLimits } from '../transport/limits.ts';
import { createPools } from '../transport/pools.ts';
import type { ChatModel, Item, ModelCall } from '../types.ts';
import { createLazyModel } from './lazy-model.ts';
import type { SdkKind } from './load-provider.ts';

let upstream: ScriptedUpstream;
const pools = createPools(1_000);
const never = new AbortController().signal;

before(async () => {
  upstream = await startScriptedUpstream();
});
after(async () => {
  await pools.close();
  await upstream.close();
});

function modelOf(kind: SdkKind, model: string, limits: Partial<CallLimits> = {}): ChatModel {
  return createLazyModel({
    id: `${kind}/${model}`,
    provider: kind,
    kind,
    model,
    apiKey: 'upstream-secret-key',
    baseUrl: upstream.baseUrl,
    dispatcherOf: (url) => pools.dispatcherOf(url.origin),
    limits: { ...defaultLimits, ...limits },
    retries: instantRetries(),
    clock: systemClock,
  });
}

async function streamed(model: ChatModel, call: ModelCall = callOf()) {
  const sink = new RecordingSink();
  const reply = await model.call(call, { signal: never, sink });
  return { reply, sink };
}

function sse(...events: object[]): UpstreamPlan {
  const rawBody = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  return { rawBody, headers: { 'content-type': 'text/event-stream' } };
}

function sentMessages(): JsonObject[] {
  const messages = upstream.calls.at(-1)?.body.messages ?? upstream.calls.at(-1)?.body.contents;
  return Array.isArray(messages) ? messages.filter(isJsonObject) : [];
}

const tools = [
  {
    name: 'look',
    description: 'Looks',
    parameters: { type: 'object', properties: { q: { type: 'string' } } },
  },
];
const asked: Item = { type: 'message', role: 'user', content: [{ type: 'text', text: 'Look' }] };

test('OpenAI by Chat Completions: a streamed and a whole answer are the same reply', async () => {
  upstream.play({ text: 'Hello there', chunks: 4 });
  const model = modelOf('openai', 'gpt-4o');
  const { reply, sink } = await streamed(
    model,
    callOf({ instructions: 'Be kind.', parameters: { maxOutputTokens: 5 } }),
  );
  assert.equal(reply.text, 'Hello there');
  assert.equal(sink.textOf('text'), 'Hello there');
  assert.deepEqual(
    [reply.usage.inputTokens, reply.usage.outputTokens, reply.usage.estimated],
    [10, 5, false],
  );
  assert.deepEqual(await model.call(callOf(), { signal: never }), reply);
  const sent = upstream.calls.at(-2);
  assert.equal(sent?.path, '/v1/chat/completions');
  assert.equal(sent?.headers['idempotency-key'], 'key-1');
  assert.equal(sent?.body.max_tokens, 5);
});

test('OpenAI by Chat Completions: tool calls come once and go back', async () => {
  upstream.play({ toolCalls: [{ id: 'c1', name: 'look', arguments: '{"q":"x"}' }] });
  const model = modelOf('openai', 'gpt-4o');
  const { reply, sink } = await streamed(model, callOf({ tools }));
  assert.deepEqual(reply.toolCalls, [{ callId: 'c1', name: 'look', arguments: '{"q":"x"}' }]);
  assert.equal(reply.finishReason, 'tool_calls');
  assert.equal(sink.textOf('tool_arguments'), '{"q":"x"}');
  upstream.play({});
  const items: Item[] = [
    asked,
    { type: 'tool_call', callId: 'c1', name: 'look', arguments: '{"q":"x"}', runBy: 'server' },
    { type: 'tool_result', callId: 'c1', name: 'look', output: 'found', isError: false },
  ];
  await streamed(model, callOf({ tools, items }));
  assert.deepEqual(
    sentMessages().map((message) => message.role),
    ['user', 'assistant', 'tool'],
  );
});

test('each failure of a provider is the same failure by this way', async () => {
  const limits = { silentMs: 1_000, headersMs: 1_000, idleGapMs: 1_000 };
  const cases: [UpstreamPlan, string, number][] = [
    [{ status: 401, error: { message: 'Incorrect API key provided: upstream-secret-key' } }, 'auth', 1],
    [
      { status: 400, error: { message: 'too long', type: 'x', code: 'context_length_exceeded' } },
      'context_length',
      1,
    ],
    [{ status: 422, error: { message: 'no upstream-secret-key' } }, 'bad_request', 1],
    [{ status: 500 }, 'unavailable', 3],
    [{ status: 429, headers: { 'retry-after': '2' } }, 'rate_limited', 3],
    [{ rawBody: '<html>', headers: { 'content-type': 'text/html' } }, 'cut', 1],
    [{ text: 'abcdef', chunks: 6, ending: 'truncated', after: 2 }, 'cut', 1],
    [{ text: 'abcdef', chunks: 6, ending: 'reset', after: 2, gapMs: 5 }, 'cut', 1],
    [{ text: 'abcdef', chunks: 6, ending: 'hang', after: 2 }, 'timeout', 1],
    [{ firstByteMs: 60_000 }, 'timeout', 1],
  ];
  for (const [plan, failure, made] of cases) {
    upstream.play(plan);
    const already = upstream.calls.length;
    const model = modelOf('openai', 'gpt-4o', failure === 'timeout' ? limits : {});
    const failed = await failureOf(streamed(model));
    assert.equal(failed.failure, failure, JSON.stringify(plan));
    assert.equal(upstream.calls.length - already, made, JSON.stringify(plan));
    assert.doesNotMatch(failed.message, /upstream-secret-key/);
    if (failure === 'cut' && plan.text) assert.equal(failed.partial.text, 'ab');
  }
});

test('an abort reaches the provider, and what came is kept', async () => {
  upstream.play({ text: 'abcdef', chunks: 6, ending: 'hang', after: 3 });
  const abort = new AbortController();
  const sink = new RecordingSink();
  const running = failureOf(modelOf('openai', 'gpt-4o').call(callOf(), { signal: abort.signal, sink }));
  await until(
    'three parts',
    () => sink.parts.length,
    (count) => count >= 3,
  );
  abort.abort();
  const failed = await running;
  assert.deepEqual([failed.failure, failed.partial.text], ['aborted', 'abc']);
  await until('the call to be cut off', () => upstream.calls.at(-1)?.closedEarly);
});

test('an error of the sink is passed on and ends the upstream call', async () => {
  upstream.play({ text: 'abcdef', chunks: 6, ending: 'hang', after: 3 });
  const mine = new Error('mine');
  const sink = {
    part() {
      throw mine;
    },
  };
  await assert.rejects(modelOf('openai', 'gpt-4o').call(callOf(), { signal: never, sink }), mine);
  await until('the call to be cut off', () => upstream.calls.at(-1)?.closedEarly);
});

const ANTHROPIC_USAGE = { input_tokens: 12, output_tokens: 1 };

test('Anthropic: thinking is shown, and its signature goes back with it', async () => {
  upstream.play(
    sse(
      {
        type: 'message_start',
        message: { id: 'm', model: 'claude', role: 'assistant', content: [], usage: ANTHROPIC_USAGE },
      },
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'thinking', thinking: '', signature: '' },
      },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Let me see' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'sig-1' } },
      { type: 'content_block_stop', index: 0 },
      {
        type: 'content_block_start',
        index: 1,
        content_block: { type: 'tool_use', id: 't1', name: 'look', input: {} },
      },
      { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"q":' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '"x"}' } },
      { type: 'content_block_stop', index: 1 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'tool_use', stop_sequence: null },
        usage: { output_tokens: 20 },
      },
      { type: 'message_stop' },
    ),
  );
  const model = modelOf('anthropic', 'claude-sonnet-4-5');
  const { reply, sink } = await streamed(model, callOf({ tools, parameters: { reasoningEffort: 'low' } }));
  assert.equal(sink.textOf('reasoning'), 'Let me see');
  assert.deepEqual(reply.toolCalls, [{ callId: 't1', name: 'look', arguments: '{"q":"x"}' }]);
  assert.deepEqual([reply.usage.inputTokens, reply.usage.outputTokens], [12, 20]);

  const items: Item[] = [
    asked,
    ...structuredClone(reply.reasoning),
    { type: 'tool_call', callId: 't1', name: 'look', arguments: '{"q":"x"}', runBy: 'server' },
    { type: 'tool_result', callId: 't1', name: 'look', output: 'found', isError: false },
  ];
  upstream.play({ status: 500 });
  await failureOf(streamed(model, callOf({ tools, items, parameters: { reasoningEffort: 'low' } })));
  const [, assistant] = sentMessages();
  const content = Array.isArray(assistant?.content) ? assistant.content : [];
  assert.deepEqual(content[0], { type: 'thinking', thinking: 'Let me see', signature: 'sig-1' });
});

test('Anthropic: an error inside the stream is an error', async () => {
  upstream.play(
    sse(
      {
        type: 'message_start',
        message: { id: 'm', model: 'claude', role: 'assistant', content: [], usage: ANTHROPIC_USAGE },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Half' } },
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    ),
  );
  const failed = await failureOf(streamed(modelOf('anthropic', 'claude-sonnet-4-5')));
  assert.deepEqual([failed.failure, failed.partial.text], ['unavailable', 'Half']);
});

test('Google: the signature of a tool call goes back with the call', async () => {
  upstream.play(
    sse({
      candidates: [
        {
          content: {
            role: 'model',
            parts: [
              { text: 'Thinking', thought: true },
              { functionCall: { name: 'look', args: { q: 'x' } }, thoughtSignature: 'sig-2' },
            ],
          },
          finishReason: 'STOP',
        },
      ],
      usageMetadata: {
        promptTokenCount: 9,
        candidatesTokenCount: 4,
        thoughtsTokenCount: 3,
        totalTokenCount: 16,
      },
    }),
  );
  const model = modelOf('google', 'gemini-3-pro-preview');
  const { reply, sink } = await streamed(model, callOf({ tools }));
  assert.equal(sink.textOf('reasoning'), 'Thinking');
  assert.equal(reply.toolCalls[0]?.arguments, '{"q":"x"}');
  assert.deepEqual(
    [reply.usage.inputTokens, reply.usage.outputTokens, reply.usage.reasoningTokens],
    [9, 7, 3],
  );
  const callId = reply.toolCalls[0]?.callId ?? '';
  const items: Item[] = [
    asked,
    ...structuredClone(reply.reasoning),
    { type: 'tool_call', callId, name: 'look', arguments: '{"q":"x"}', runBy: 'server' },
    { type: 'tool_result', callId, name: 'look', output: 'found', isError: false },
    { type: 'message', role: 'system', content: [{ type: 'text', text: 'A late rule.' }] },
  ];
  upstream.play({ status: 500 });
  await failureOf(streamed(model, callOf({ tools, items })));
  const sent = JSON.stringify(sentMessages());
  assert.match(sent, /"thoughtSignature":"sig-2"/);
  assert.match(JSON.stringify(upstream.calls.at(-1)?.body.systemInstruction), /A late rule/);
});

test("OpenAI's reasoning models go by Responses, with summaries unless the account may not have them", async () => {
  const first = upstream.calls.length;
  upstream.play((call) =>
    call.number === first
      ? {
          status: 400,
          error: {
            message: 'unverified',
            type: 'invalid_request_error',
            param: 'reasoning.summary',
            code: 'unsupported_value',
          },
        }
      : sse(
          { type: 'response.created', response: { id: 'r', created_at: 1, model: 'o3' } },
          { type: 'response.output_item.added', output_index: 0, item: { type: 'message', id: 'm1' } },
          { type: 'response.output_text.delta', item_id: 'm1', delta: 'Hi' },
          { type: 'response.output_item.done', output_index: 0, item: { type: 'message', id: 'm1' } },
          { type: 'response.completed', response: { usage: { input_tokens: 5, output_tokens: 2 } } },
        ),
  );
  const { reply } = await streamed(modelOf('openai', 'o3'));
  assert.equal(reply.text, 'Hi');
  const [refused, taken] = upstream.calls.slice(first).map((call) => call.body);
  assert.equal(upstream.calls.at(-1)?.path, '/v1/responses');
  assert.equal(isJsonObject(refused?.reasoning) ? refused.reasoning.summary : undefined, 'auto');
  assert.ok(!isJsonObject(taken?.reasoning) || taken.reasoning.summary === undefined);
  assert.equal(taken?.store, false);
});

test('OpenRouter speaks through its own package', async () => {
  upstream.play({ text: 'Hello', reasoning: 'Hm', reasoningField: 'reasoning' });
  const { reply } = await streamed(modelOf('openrouter', 'some/model'));
  assert.deepEqual([reply.text, reply.reasoning[0]?.text], ['Hello', 'Hm']);
});
