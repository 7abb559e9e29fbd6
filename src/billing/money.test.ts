import assert from 'node:assert/strict';
import { it } from 'node:test';
import { dollars } from './money.ts';

it('an amount in a sentence has its sign, two decimals or more, and loses nothing', () => {
  const texts = [0n, 4_000_000_000n, 300_000_000n, 101n, -2_500_000_000n, -1n].map(dollars);
  assert.deepEqual(texts, ['$0.00', '$4.00', '$0.30', '$0.000000101', '-$2.50', '-$0.000000001']);
});
