import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../testing/until.ts';
import { callOf, failureOf, instantRetries, RecordingSink, testModel } from '../test-support.ts';
import { frames, never, openScriptedProvider } from './chat-model.fixture.ts';

const { upstream, modelOf, streamed } = await openScriptedProvider();

test('silence before the headers, after them and between events is a timeout that ends the upstream call', async () => {
  // Long enough for a call to have reached the upstream by then.
  const limits = { headersMs: 1_000, silentMs: 1_000, idleGapMs: 1_000 };
  const plans = [
    { firstByteMs: 60_000 },
    { ending: 'hang', after: 0 },
    { ending: 'hang', after: 2, text: 'abcdef', chunks: 6 },
  ] as const;
  const before = upstream.calls.length;
  upstream.play(({ number }) => plans[number - before] ?? {});
  const calls = plans.map(() => failureOf(streamed(callOf(), { limits })));
  for (const failed of await Promise.all(calls)) {
    assert.equal(failed.failure, 'timeout');
    assert.equal(failed.error?.status, 504);
  }
  assert.equal(upstream.calls.length - before, plans.length);
  await until('the calls to be cut off', () =>
    upstream.calls.slice(before).every(({ closedEarly }) => closedEarly),
  );
  upstream.play({ text: 'abcdefghij'.repeat(100), chunks: 1_000, gapMs: 10 });
  const failed = await failureOf(streamed(callOf(), { limits: { totalMs: 1_000 } }));
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

/** More than the kernel keeps of a connection for both its ends, which grows to some ten megabytes. */
const BEYOND_BUFFERS = 24_000_000;
const EVENTS = 1_200;

test('a slow reader slows the upstream, and time that we hold the stream is not its silence', async () => {
  upstream.play({ text: 'x'.repeat(BEYOND_BUFFERS), chunks: EVENTS });
  let release: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const sink = new RecordingSink();
  const slow = { part: (part: Parameters<RecordingSink['part']>[0]) => sink.part(part), ready: () => gate };
  const running = modelOf({ limits: { idleGapMs: 1_000 } }).call(callOf(), { signal: never, sink: slow });
  await until('the first part', () => sink.parts.length > 0);
  // Longer than the upstream may be silent.
  await delay(1_300);
  assert.ok((upstream.calls.at(-1)?.eventsSent ?? 0) < EVENTS, 'the upstream is held back');
  release();
  assert.equal((await running).text.length, BEYOND_BUFFERS);
});

test('time in which we are held up ourselves is not the silence of the upstream', async () => {
  upstream.play({ text: 'abcdefghij', chunks: 10, gapMs: 10 });
  const sink = new RecordingSink();
  let isHeldUp = false;
  const busy = {
    part(part: Parameters<RecordingSink['part']>[0]) {
      sink.part(part);
      if (isHeldUp) return;
      isHeldUp = true;
      setImmediate(() => {
        const until = performance.now() + 700;
        while (performance.now() < until);
      });
    },
  };
  const limits = { idleGapMs: 500 };
  assert.equal((await modelOf({ limits }).call(callOf(), { signal: never, sink: busy })).text, 'abcdefghij');
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
