import type { Clock } from '../lib/clock.ts';
import { createWindows, takeFrom, type Windows } from './take-from.ts';
import { type RequestLimiter, WINDOW_MS } from './types.ts';

/** How often those who have been silent for the longest window are forgotten. */
const SWEEP_MS = WINDOW_MS.hour;

interface Known {
  readonly windows: Windows;
  lastAt: number;
}

/** Counts in this process's memory: exact where this process serves all requests, and forgotten when it ends. */
export function createMemoryLimiter(clock: Clock): RequestLimiter {
  const all = new Map<string, Known>();
  let sweptAt = clock.now();

  const sweep = (now: number): void => {
    sweptAt = now;
    for (const [id, { lastAt }] of all) if (now - lastAt > SWEEP_MS) all.delete(id);
  };

  const countedOf = (id: string, now: number): Known => {
    const known = all.get(id);
    if (known) return known;
    if (now - sweptAt > SWEEP_MS) sweep(now);
    const made = { windows: createWindows(), lastAt: now };
    all.set(id, made);
    return made;
  };

  return {
    take(counting) {
      const now = clock.now();
      const verdict = takeFrom(counting, (id) => countedOf(id, now).windows, now);
      if (verdict.admitted) for (const { id } of counting) countedOf(id, now).lastAt = now;
      return verdict;
    },
  };
}
