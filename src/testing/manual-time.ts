import type { Timers } from '../engine/index.ts';
import type { Clock } from '../lib/clock.ts';

export interface ManualTime {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Moves the clock and calls back what falls due, in the order of its times. */
  advance(ms: number): void;
  /** How many callbacks are still to come. */
  readonly pending: number;
  /** When the next of them is due. */
  readonly nextAt: number | undefined;
}

/**
 * Time that stands still until it is moved by hand. Where it was moved between the reading of the clock and the setting of
 * a timer, what is due already is called in the next turn of the event loop.
 */
export function manualTime(startAt = 1_800_000_000_000): ManualTime {
  let now = startAt;
  const waiting = new Set<{ at: number; callback: () => void }>();
  const first = () => [...waiting].sort((a, b) => a.at - b.at)[0];
  return {
    clock: { now: () => now },
    timers: {
      after(ms, callback) {
        const entry = { at: now + ms, callback };
        waiting.add(entry);
        if (ms <= 0) setImmediate(() => waiting.delete(entry) && callback());
        return () => waiting.delete(entry);
      },
    },
    advance(ms) {
      const until = now + Math.max(0, ms);
      for (;;) {
        const next = first();
        if (!next || next.at > until) break;
        waiting.delete(next);
        now = Math.max(now, next.at);
        next.callback();
      }
      now = until;
    },
    get pending() {
      return waiting.size;
    },
    get nextAt() {
      return first()?.at;
    },
  };
}
