import type { Clock } from '../lib/clock.ts';

export interface ThrottleOptions {
  /** So many failures cost nothing. */
  readonly freeFailures: number;
  /** The wait after the first failure beyond; it doubles with each further one. */
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

/** Failures are forgotten when the last one is so long ago. */
const FORGET_MS = 15 * 60_000;
const CAPACITY = 20_000;

interface Failures {
  readonly count: number;
  readonly lastAt: number;
}

/**
 * Slows whoever keeps failing, without ever locking anybody out: the wait is bounded, and it is told. Kept in memory,
 * one a process.
 */
export class LoginThrottle {
  readonly #clock: Clock;
  readonly #options: ThrottleOptions;
  readonly #failures = new Map<string, Failures>();

  constructor(clock: Clock, options: ThrottleOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** How long `key` must still wait; 0 when it may try. */
  waitMs(key: string): number {
    const failures = this.#failures.get(key);
    if (!failures) return 0;
    const passed = this.#clock.now() - failures.lastAt;
    if (passed >= FORGET_MS) {
      this.#failures.delete(key);
      return 0;
    }
    // A clock that was set back must not make the wait longer than it can ever be.
    return Math.max(0, this.#delayMs(failures.count) - Math.max(0, passed));
  }

  fail(key: string): void {
    const count = (this.#failures.get(key)?.count ?? 0) + 1;
    // Deleted first, so that the map stays in order of the last failure and the oldest goes when it is full.
    this.#failures.delete(key);
    if (this.#failures.size >= CAPACITY) {
      for (const oldest of this.#failures.keys()) {
        this.#failures.delete(oldest);
        break;
      }
    }
    this.#failures.set(key, { count, lastAt: this.#clock.now() });
  }

  succeed(key: string): void {
    this.#failures.delete(key);
  }

  #delayMs(count: number): number {
    const { freeFailures, firstDelayMs, longestDelayMs } = this.#options;
    if (count < freeFailures) return 0;
    return Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(count - freeFailures, 30));
  }
}
