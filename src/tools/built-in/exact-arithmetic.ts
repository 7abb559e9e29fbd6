/** A whole number that a double cannot hold is a bigint, every other one a number. */
export type Numeric = number | bigint;

/** What is wrong with a calculation, in words for whoever wrote it. */
export class NotCalculable extends Error {
  override readonly name = 'NotCalculable';
}

/** About 1,000 decimal digits: no operation on such numbers takes noticeable time. */
const MAX_BITS = 3_400;
const LIMIT = 1n << BigInt(MAX_BITS);
const MAX_FACTORIAL = 400;

/** Whole numbers stay exact up to 1,000 digits; beyond, and with fractions, it is arithmetic of doubles. */
export function add(a: Numeric, b: Numeric): Numeric {
  if (isWhole(a) && isWhole(b)) return narrow(BigInt(a) + BigInt(b));
  const [x, y] = [Number(a), Number(b)];
  // Only the noise of the binary form is left (0.1 + 0.2 - 0.3).
  const result = x + y;
  return Math.abs(result) <= Number.EPSILON * Math.max(Math.abs(x), Math.abs(y)) ? 0 : result;
}

export function negate(a: Numeric): Numeric {
  return typeof a === 'bigint' ? narrow(-a) : -a;
}

export function multiply(a: Numeric, b: Numeric): Numeric {
  return isWhole(a) && isWhole(b) ? narrow(BigInt(a) * BigInt(b)) : Number(a) * Number(b);
}

export function divide(a: Numeric, b: Numeric): Numeric {
  if (isWhole(a) && isWhole(b) && BigInt(b) !== 0n && BigInt(a) % BigInt(b) === 0n) {
    return narrow(BigInt(a) / BigInt(b));
  }
  return Number(a) / Number(b);
}

export function remainder(a: Numeric, b: Numeric): Numeric {
  if (isWhole(a) && isWhole(b) && BigInt(b) !== 0n) return narrow(BigInt(a) % BigInt(b));
  return Number(a) % Number(b);
}

export function power(base: Numeric, exponent: Numeric): Numeric {
  if (isWhole(base) && isWhole(exponent) && exponent >= 0) {
    const bits = Math.log2(Math.max(1, Math.abs(Number(base)))) * Number(exponent);
    if (bits === 0 || bits < MAX_BITS) return narrow(BigInt(base) ** BigInt(exponent));
  }
  return Number(base) ** Number(exponent);
}

export function factorial(value: Numeric): Numeric {
  if (!isWhole(value) || value < 0) throw new NotCalculable('A factorial needs a whole number from 0.');
  if (value > MAX_FACTORIAL) return Number.POSITIVE_INFINITY;
  let product = 1n;
  for (let factor = 2n; factor <= value; factor++) product *= factor;
  return narrow(product);
}

function isWhole(value: Numeric): boolean {
  return typeof value === 'bigint' || Number.isSafeInteger(value);
}

function narrow(value: bigint): Numeric {
  if (value > LIMIT || value < -LIMIT)
    return value > 0n ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
