import type { Clock } from '../../lib/clock.ts';
import { limitErrors } from '../../limits/index.ts';

const WINDOW_MS = 60_000;
/** So many visitors are remembered; beyond, who has been quiet longest begins anew. */
const CAPACITY = 20_000;

/** Throws rate_limit_exceeded from the `limit`+1st time in a minute on. */
export type CountVisitor = (visitor: string, limit: number) => void;

/**
 * Counts what strangers do, beside the limits of key and account: one of them must not use up what is there for all.
 * Kept in memory, one a process.
 */
export function createVisitorBounds(clock: Clock): CountVisitor {
  const seen = new Map<string, number[]>();
  return (visitor, limit) => {
    const now = clock.now();
    const times = (seen.get(visitor) ?? []).filter((time) => now - time < WINDOW_MS);
    const [first = now] = times;
    if (times.length >= limit) {
      throw limitErrors.rate_limit_exceeded('You have written very often. Wait a minute, and try again.', {
        retryAfterMs: Math.max(0, first + WINDOW_MS - now),
      });
    }
    // Deleted first, so that the map stays in order of the last time.
    seen.delete(visitor);
    for (const oldest of seen.keys()) {
      if (seen.size < CAPACITY) break;
      seen.delete(oldest);
    }
    seen.set(visitor, [...times, now]);
  };
}
