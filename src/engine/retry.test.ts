import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commonErrors, invalid } from '../lib/errors.ts';
import { isFinal, retryDelayMs, TerminalError } from './retry.ts';

const policy = { maxAttempts: 5, baseMs: 100, maxMs: 500 };

test('pauses double up to the bound, are drawn from the whole range below it, and end with the attempts', () => {
  const longest = [1, 2, 3, 4, 5].map((attempt) => retryDelayMs(policy, attempt, () => 0.9999));
  assert.deepEqual(longest, [99, 199, 399, 499, undefined]);
  assert.equal(
    retryDelayMs(policy, 4, () => 0),
    0,
  );
  assert.equal(
    retryDelayMs(policy, 4, () => 0.5),
    250,
  );
});

test('errors of the request and those that say so are final, faults and outages are not', () => {
  assert.equal(isFinal(new TerminalError('x', 'x')), true);
  assert.equal(isFinal(invalid('topic', 'is missing')), true);
  assert.equal(isFinal(commonErrors.service_unavailable('away')), false);
  assert.equal(isFinal(new Error('socket hang up')), false);
});
