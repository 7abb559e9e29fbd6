import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScriptedUpstream } from '../../testing/scripted-upstream.ts';
import { streamEvents } from '../../testing/scripted-upstream.ts';
import { callOf, failureOf, instantRetries, RecordingSink } from '../test-support.ts';
import { frames, never, openScriptedProvider } from './chat-model.fixture.ts';

const { upstream, modelOf, streamed } = await openScriptedProvider();

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
