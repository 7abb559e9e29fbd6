import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWarm, quietest } from './measure.ts';

const round = (...shares: number[]) => shares.map((othersShare) => ({ othersShare }));

test('the quietest rounds are kept in their order, a round being as noisy as its noisiest side', () => {
  const [a, b, c, d] = [round(0.2, 0.01), round(0.02, 0.03), round(0.9, 0), round(0.05, 0)] as const;
  assert.deepEqual(quietest([a, b, c, d], 3), [a, b, d]);
});

test('where noise cannot be read, the first rounds are kept', () => {
  const unknown = [round(Number.NaN), round(Number.NaN), round(Number.NaN)];
  const kept = quietest(unknown, 2);
  assert.equal(kept.length, 2);
  assert.equal(kept[0], unknown[0]);
  assert.equal(kept[1], unknown[1]);
});

test('a server is warm when it was asked often enough and two windows in a row got no cheaper', () => {
  assert.equal(isWarm([500, 400, 395, 405], 59_999), false);
  assert.equal(isWarm([500, 400]), false);
  assert.equal(isWarm([500, 400, 350]), false);
  assert.equal(isWarm([500, 400, 450, 350]), false);
  assert.equal(isWarm([500, 400, 395, 405]), true);
  assert.equal(isWarm([Number.NaN, Number.NaN, Number.NaN]), true);
});
