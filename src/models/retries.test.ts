import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ModelCallError } from './errors.ts';
import { cleanReason, failureOfStatus, refuse, statusOfCode } from './failures.ts';
import { defaultRetryPolicy, nextDelayMs, parseRetryAfter, withRetries } from './retries.ts';
import { failureOf, instantRetries } from './test-support.ts';

const partial = { text: '', reasoningText: '', toolArgumentsLength: 0, started: false };
const busy = (retryAfterMs?: number) => refuse({ provider: 'p', status: 429, retryAfterMs }, partial, false);
const down = refuse({ provider: 'p', status: 503 }, partial, false);
const never = new AbortController().signal;

test('the wait grows, is fully jittered and stays below its ceiling', () => {
  const at = (made: number, random: number) =>
    nextDelayMs(down, made, 0, { ...defaultRetryPolicy, maxAttempts: 9 }, random);
  assert.deepEqual([at(1, 0), at(1, 1), at(2, 1), at(3, 1), at(8, 1)], [0, 300, 600, 1_200, 5_000]);
});

test('Retry-After is waited for when the budget allows, else nothing is', () => {
  const wait = (ms: number, waited = 0) => nextDelayMs(busy(ms), 1, waited, defaultRetryPolicy, 0);
  assert.equal(wait(10_000), 10_000);
  assert.equal(wait(31_000), undefined);
  assert.equal(wait(10_000, 25_000), undefined);
});

test('nothing is tried again after a part was shown, after a 4xx, or for an unknown error', () => {
  const shown = refuse({ provider: 'p', status: 503 }, partial, true);
  const quota = refuse({ provider: 'p', status: 429, code: 'insufficient_quota' }, partial, false);
  const bad = refuse({ provider: 'p', status: 400 }, partial, false);
  for (const error of [shown, quota, bad, new Error('x'), undefined]) {
    assert.equal(nextDelayMs(error, 1, 0, defaultRetryPolicy, 0), undefined);
  }
});

test('three attempts at most; the last error is told', async () => {
  let made = 0;
  const waits: number[] = [];
  const attempt = async () => {
    made += 1;
    throw down;
  };
  await assert.rejects(withRetries(attempt, never, instantRetries(waits, 0.5)), down);
  assert.equal(made, 3);
  assert.deepEqual(waits, [150, 300]);
});

test('an abort ends the wait between two attempts', async () => {
  const abort = new AbortController();
  const attempt = async () => {
    abort.abort();
    throw busy(1_000);
  };
  await assert.rejects(withRetries(attempt, abort.signal, instantRetries()), ModelCallError);
  const waiting = new AbortController();
  const tools = {
    ...instantRetries(),
    async sleep() {
      waiting.abort();
      throw waiting.signal.reason;
    },
  };
  const failed = await failureOf(
    withRetries(
      async () => {
        throw busy(1_000);
      },
      waiting.signal,
      tools,
    ),
  );
  assert.equal(failed.failure, 'aborted');
});

test('Retry-After is read as seconds, as a date and in milliseconds, and never above a minute', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  const read = (headers: Record<string, string>) => parseRetryAfter(headers, now);
  assert.equal(read({ 'retry-after': '5' }), 5_000);
  assert.equal(read({ 'retry-after': '0.5' }), 500);
  assert.equal(read({ 'retry-after': 'Thu, 01 Jan 2026 00:00:20 GMT' }), 20_000);
  assert.equal(read({ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }), 0);
  assert.equal(read({ 'retry-after': '3600' }), 60_000);
  assert.equal(read({ 'retry-after-ms': '120', 'retry-after': '9' }), 120);
  assert.equal(read({ 'retry-after': 'soon' }), undefined);
  assert.equal(read({}), undefined);
});

test('one table maps statuses and codes to failures', () => {
  const table: [number, string | undefined, string][] = [
    [401, undefined, 'auth'],
    [402, undefined, 'auth'],
    [403, undefined, 'auth'],
    [429, undefined, 'rate_limited'],
    [408, undefined, 'unavailable'],
    [409, undefined, 'unavailable'],
    [500, undefined, 'unavailable'],
    [529, undefined, 'unavailable'],
    [400, undefined, 'bad_request'],
    [404, undefined, 'bad_request'],
    [400, 'context_length_exceeded', 'context_length'],
    [400, 'content_filter', 'content_filter'],
    [302, undefined, 'garbage'],
  ];
  for (const [status, code, failure] of table)
    assert.equal(failureOfStatus(status, code), failure, `${status} ${code}`);
  assert.deepEqual(
    ['429', 'rate_limit_error', 'context_length_exceeded', 'strange', undefined].map(statusOfCode),
    [429, 429, 400, 500, 500],
  );
});

test('a reason is one short line without anything that looks like a credential', () => {
  const dirty =
    'Bad key my-own-secret,\n Bearer abc.def-ghi sk-proj-AAAAbbbbCCCC AIzaSyA1234567890abc \u0007!';
  const clean = cleanReason(dirty, ['my-own-secret']);
  assert.doesNotMatch(clean, /my-own|abc\.def|AAAA|AIza|\p{Cc}/u);
  assert.ok(cleanReason('x'.repeat(9_999), []).length <= 200);
});
