import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { costOf, FREE, nanoUsdOf } from './prices.ts';
import type { ModelPrice } from './types.ts';

const nano = fc.bigInt({ min: 0n, max: 10n ** 15n });
const tokens = fc.nat(50_000_000);

function price(input: bigint, cached: bigint, output: bigint): ModelPrice {
  return {
    inputNanoUsdPerMillion: input,
    cachedInputNanoUsdPerMillion: cached,
    outputNanoUsdPerMillion: output,
    source: 'account',
  };
}

test('a cost is exact to the nano-dollar and rounded up once', () => {
  fc.assert(
    fc.property(
      nano,
      nano,
      nano,
      tokens,
      tokens,
      tokens,
      (input, cached, output, inTokens, cachedTokens, outTokens) => {
        const used = {
          inputTokens: inTokens,
          cachedTokens: Math.min(cachedTokens, inTokens),
          outputTokens: outTokens,
        };
        const cost = costOf(price(input, cached, output), used);
        const exact =
          BigInt(used.inputTokens - used.cachedTokens) * input +
          BigInt(used.cachedTokens) * cached +
          BigInt(outTokens) * output;
        assert.ok(cost * 1_000_000n >= exact);
        assert.ok((cost - 1n) * 1_000_000n < exact);
      },
    ),
  );
});

test('figures that a float would spoil are right', () => {
  const mini = price(nanoUsdOf(0.15) ?? 0n, nanoUsdOf(0.075) ?? 0n, nanoUsdOf(0.6) ?? 0n);
  assert.equal(costOf(mini, { inputTokens: 1_000_003, cachedTokens: 1, outputTokens: 7 }), 150_004_575n);
  assert.equal(costOf(FREE, { inputTokens: 1_000, cachedTokens: 0, outputTokens: 1_000 }), 0n);
});

test('dollars become nano-dollars by their decimals', () => {
  assert.equal(nanoUsdOf(0.1), 100_000_000n);
  assert.equal(nanoUsdOf('0.1'), 100_000_000n);
  assert.equal(nanoUsdOf(30), 30_000_000_000n);
  assert.equal(nanoUsdOf(1e-7), 100n);
  assert.equal(nanoUsdOf(1e21), 10n ** 30n);
  assert.equal(nanoUsdOf(1e-10), 1n, 'rounded up');
  assert.equal(nanoUsdOf(0), 0n);
  for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY, 'free', '', '1,5'])
    assert.equal(nanoUsdOf(wrong), undefined);
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), (value) => {
      const text = `${value / 10n ** 9n}.${String(value % 10n ** 9n).padStart(9, '0')}`;
      assert.equal(nanoUsdOf(text), value);
    }),
  );
});
