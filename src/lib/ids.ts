import { randomFillSync } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const TIME_CHARS = 8;
const RANDOM_CHARS = 18;
const POOL_BYTES = 4096;

/** Makes object ids. Injected, so that tests can make them predictable. */
export interface Ids {
  /** `prefix` + 26 characters: 8 of time, so that ids sort by creation, then 18 random ones (107 bits). */
  next(prefix: string): string;
}

/** Ids from the operating system's random source. */
export function createIds(now: () => number = Date.now): Ids {
  const pool = Buffer.allocUnsafe(POOL_BYTES);
  let used = POOL_BYTES;
  /** Where an id is put together: character by character, strings would be 26 times as much garbage. */
  const chars = Buffer.allocUnsafe(TIME_CHARS + RANDOM_CHARS);

  const randomCode = (): number => {
    for (;;) {
      if (used === POOL_BYTES) {
        randomFillSync(pool);
        used = 0;
      }
      const value = (pool[used++] ?? 0) & 63;
      // 62 and 63 are thrown away: folding them back would make two characters likelier.
      if (value < 62) return ALPHABET.charCodeAt(value);
    }
  };

  return {
    next(prefix) {
      let rest = now();
      for (let i = TIME_CHARS - 1; i >= 0; i--) {
        chars[i] = ALPHABET.charCodeAt(rest % 62);
        rest = Math.floor(rest / 62);
      }
      for (let i = TIME_CHARS; i < chars.length; i++) chars[i] = randomCode();
      return prefix + chars.toString('latin1');
    },
  };
}
