const NANO = 1_000_000_000n;

/** Nano-dollars as a decimal text without trailing zeros: 1_500_000_000n is `1.5`. */
export function formatUsd(nanoUsd: bigint): string {
  const sign = nanoUsd < 0n ? '-' : '';
  const size = nanoUsd < 0n ? -nanoUsd : nanoUsd;
  const fraction = (size % NANO).toString().padStart(9, '0').replace(/0+$/, '');
  return `${sign}${size / NANO}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The same for a sentence, with its sign and at least two decimals: `$1.50`, `$0.000000101`, `-$2.00`. */
export function dollars(nanoUsd: bigint): string {
  const [whole = '0', fraction = ''] = formatUsd(nanoUsd < 0n ? -nanoUsd : nanoUsd).split('.');
  return `${nanoUsd < 0n ? '-' : ''}$${whole}.${fraction.padEnd(2, '0')}`;
}

/**
 * Nano-dollars as the JSON number of a `…_usd` field. Exact to the nano-dollar below $9,007,199: up to there a double
 * holds the nine decimals, and JSON prints the shortest text that reads back as that double.
 */
export function usdNumber(nanoUsd: bigint): number {
  return Number(formatUsd(nanoUsd));
}

/** Reads a `…_usd` number; undefined when it is negative, not finite or finer than a nano-dollar. */
export function parseUsd(usd: number): bigint | undefined {
  if (!Number.isFinite(usd) || usd < 0 || usd > 9_000_000) return undefined;
  const text = usd.toFixed(9);
  if (Number(text) !== usd) return undefined;
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * NANO + BigInt(fraction);
}
