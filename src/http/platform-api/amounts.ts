import { parseUsd, usdNumber } from '../../billing/index.ts';
import { invalid } from '../../lib/errors.ts';

/** Nano-dollars of a `…_usd` field, or a 400 that names it. */
export function readUsd(field: string, usd: number): bigint {
  const amount = parseUsd(usd);
  if (amount === undefined) {
    throw invalid(field, 'must be an amount in US dollars from 0 to 9,000,000 with at most nine decimals');
  }
  return amount;
}

/** The same for a field that may be absent or null; both are passed on. */
export function readOptionalUsd<Absent extends null | undefined>(
  field: string,
  usd: number | Absent,
): bigint | Absent {
  return typeof usd === 'number' ? readUsd(field, usd) : usd;
}

export function usdOrNull(nanoUsd: bigint | undefined): number | null {
  return nanoUsd === undefined ? null : usdNumber(nanoUsd);
}
