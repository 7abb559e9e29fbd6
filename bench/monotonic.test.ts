import assert from 'node:assert/strict';
import { test } from 'node:test';
import { monotonicUs } from './monotonic.ts';

test('the clock is the one that every process of the machine has, to a tenth of a millisecond', () => {
  const differences = Array.from({ length: 100 }, () => {
    const machineUs = Number(process.hrtime.bigint()) / 1000;
    return Math.abs(monotonicUs() - machineUs);
  });
  assert.ok(Math.min(...differences) < 100, `off by ${Math.min(...differences)} µs`);
});
