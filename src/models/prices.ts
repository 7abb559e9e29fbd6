import type { ModelPrice, TokenUsage } from './types.ts';

const MILLION = 1_000_000n;
const NANO_DIGITS = 9;

/** What the built-in model and models on the operator's own machines cost. */
export const FREE: ModelPrice = {
  inputNanoUsdPerMillion: 0n,
  cachedInputNanoUsdPerMillion: 0n,
  outputNanoUsdPerMillion: 0n,
  source: 'built-in',
};

/**
 * Nano-dollars of an amount in dollars, exactly: `0.1` is 100,000,000 and not what a float makes of it. Digits below a
 * nano-dollar round up. Undefined for what is negative or no finite number.
 */
export function nanoUsdOf(usd: number | string): bigint | undefined {
  // The shortest text that reads back as the same number is the decimal that was meant.
  const match = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,3}))?$/i.exec(String(usd));
  if (match === null) return undefined;
  const [, whole = '0', fraction = '', exponent = '0'] = match;
  const digits = BigInt(whole + fraction);
  const shift = NANO_DIGITS + Number(exponent) - fraction.length;
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  return ceilDivide(digits, 10n ** BigInt(-shift));
}

/** The cost of a call in nano-dollars: exact, rounded up once to the next whole one. */
export function costOf(
  price: ModelPrice,
  usage: Pick<TokenUsage, 'inputTokens' | 'cachedTokens' | 'outputTokens'>,
): bigint {
  const cached = BigInt(Math.min(usage.cachedTokens, usage.inputTokens));
  const input = BigInt(usage.inputTokens) - cached;
  return ceilDivide(
    input * price.inputNanoUsdPerMillion +
      cached * price.cachedInputNanoUsdPerMillion +
      BigInt(usage.outputTokens) * price.outputNanoUsdPerMillion,
    MILLION,
  );
}

function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
