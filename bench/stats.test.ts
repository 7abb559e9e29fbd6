import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, percentile, Samples } from './stats.ts';

test('the median of an odd number of values is the middle one, of an even number the mean of two', () => {
  assert.equal(median([30, 10, 20]), 20);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.ok(Number.isNaN(median([])));
});

test('a percentile is a value that was measured, by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
  assert.equal(percentile(hundred, 0.5), 50);
  assert.equal(percentile(hundred, 0.99), 99);
  assert.equal(percentile(hundred, 1), 100);
  assert.equal(percentile([7], 0.01), 7);
});

test('samples keep every value beyond their first buffer, in any order', () => {
  const samples = new Samples();
  for (let value = 10_000; value >= 1; value--) samples.add(value);
  assert.deepEqual(samples.summarize(), { count: 10_000, p50: 5_000, p99: 9_900, max: 10_000 });
});

test('no samples make a summary of zeros', () => {
  assert.deepEqual(new Samples().summarize(), { count: 0, p50: 0, p99: 0, max: 0 });
});
