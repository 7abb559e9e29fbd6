import { randomFillSync } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const TIME_CHARS = 8;
const TURN_CHARS = 3;
const RANDOM_CHARS = 15;
const POOL_BYTES = 4096;

/** Makes object ids. Injected, so that tests can make them predictable. */
export interface Ids {
  /**
   * `prefix` + 26 characters that sort by creation: 8 of time, 3 that count on within a millisecond from a random start,
   * then 15 random ones (89 bits).
   */
  next(prefix: string): string;
}

/** Ids from the operating system's random source. */
export function createIds(now: () => number = Date.now): Ids {
  const pool = Buffer.allocUnsafe(POOL_BYTES);
  let used = POOL_BYTES;
  /** Where an id is put together: character by character, strings would be 26 times as much garbage. */
  const chars = Buffer.allocUnsafe(TIME_CHARS + TURN_CHARS + RANDOM_CHARS);
  let lastMs = -1;
  let turn = 0;

  const randomByte = (): number => {
    if (used === POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    return pool[used++] ?? 0;
  };

  const randomCode = (): number => {
    for (;;) {
      const value = randomByte() & 63;
      // 62 and 63 are thrown away: folding them back would make two characters likelier.
      if (value < 62) return ALPHABET.charCodeAt(value);
    }
  };

  /** Writes the number so that it ends before `end`. */
  const write = (number: number, end: number, length: number): void => {
    let rest = number;
    for (let i = end - 1; i >= end - length; i--) {
      chars[i] = ALPHABET.charCodeAt(rest % 62);
      rest = Math.floor(rest / 62);
    }
  };

  return {
    next(prefix) {
      const ms = now();
      // A start of two bytes leaves room for 170,000 more of the same millisecond.
      turn = ms === lastMs ? turn + 1 : randomByte() * 256 + randomByte();
      lastMs = ms;
      write(ms, TIME_CHARS, TIME_CHARS);
      write(turn, TIME_CHARS + TURN_CHARS, TURN_CHARS);
      for (let i = TIME_CHARS + TURN_CHARS; i < chars.length; i++) chars[i] = randomCode();
      return prefix + chars.toString('latin1');
    },
  };
}
