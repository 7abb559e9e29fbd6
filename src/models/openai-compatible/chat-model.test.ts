import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callOf } from '../test-support.ts';
import { frames, never, openScriptedProvider } from './chat-model.fixture.ts';

const { upstream, modelOf, streamed } = await openScriptedProvider();

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
