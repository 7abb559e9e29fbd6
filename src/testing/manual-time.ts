import type { Timers } from '../engine/index.ts';
import type { Clock } from '../lib/clock.ts';

export interface ManualTime {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Moves the clock and calls back what falls due, in the order of its times. */
  advance(ms: number): void;
  /** How many callbacks are still to come. */
  readonly pending: number;
}

/** Time that stands still until it is moved by hand. */
export function manualTime(startAt = 1_800_000_000_000): ManualTime {
  let now = startAt;
  const waiting = new Set<{ at: number; callback: () => void }>();
  return {
    clock: { now: () => now },
    timers: {
      after(ms, callback) {
        const entry = { at: now + ms, callback };
        waiting.add(entry);
        return () => waiting.delete(entry);
      },
    },
    advance(ms) {
      const until = now + ms;
      for (;;) {
        const [next] = [...waiting].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
        if (!next) break;
        waiting.delete(next);
        now = Math.max(now, next.at);
        next.callback();
      }
      now = until;
    },
    get pending() {
      return waiting.size;
    },
  };
}
