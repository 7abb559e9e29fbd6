import type { Clock } from '../lib/clock.ts';
import { SlidingWindow } from './sliding-window.ts';
import { type Quota, type RequestLimiter, type Verdict, WINDOW_MS, type WindowName } from './types.ts';

/** How often accounts that have been silent for the longest window are forgotten. */
const SWEEP_MS = WINDOW_MS.hour;

interface Counted {
  readonly windows: Readonly<Record<WindowName, SlidingWindow>>;
  lastAt: number;
}

/** Counts in this process's memory: exact where this process serves all requests, and forgotten when it ends. */
export function createMemoryLimiter(clock: Clock): RequestLimiter {
  const accounts = new Map<string, Counted>();
  let sweptAt = clock.now();

  const sweep = (now: number): void => {
    sweptAt = now;
    for (const [accountId, { lastAt }] of accounts) if (now - lastAt > SWEEP_MS) accounts.delete(accountId);
  };

  const countedOf = (accountId: string, now: number): Counted => {
    const known = accounts.get(accountId);
    if (known) return known;
    if (now - sweptAt > SWEEP_MS) sweep(now);
    const windows = {
      minute: new SlidingWindow(WINDOW_MS.minute),
      hour: new SlidingWindow(WINDOW_MS.hour),
    };
    const made = { windows, lastAt: now };
    accounts.set(accountId, made);
    return made;
  };

  return {
    take(accountId, quotas) {
      const now = clock.now();
      const counted = countedOf(accountId, now);
      const { windows } = counted;
      // Both move on before either is asked, so that what is added is added to the present of both.
      const counts = { minute: windows.minute.count(now), hour: windows.hour.count(now) };
      const admitted = quotas.every(({ window, limit }) => counts[window] < limit);
      if (admitted) {
        windows.minute.add();
        windows.hour.add();
        counted.lastAt = now;
      }
      return nearestToItsEnd(quotas, (quota) => standing(quota, admitted, windows[quota.window], now));
    },
  };
}

function standing({ limit }: Quota, admitted: boolean, window: SlidingWindow, now: number): Verdict {
  const count = window.count(now);
  const remaining = Math.max(0, limit - count);
  // A window that is full keeps the request out until it has room; any other has more again when its oldest part leaves.
  const rest = remaining === 0 ? limit - 1 : Math.max(0, count - 1);
  const resetMs = window.msUntilAtMost(rest, now);
  return { admitted, limit, remaining, resetMs, resetAt: now + resetMs };
}

function nearestToItsEnd(
  quotas: readonly [Quota, ...Quota[]],
  standingOf: (quota: Quota) => Verdict,
): Verdict {
  const [first, ...others] = quotas;
  let nearest = standingOf(first);
  for (const quota of others) {
    const next = standingOf(quota);
    const isNearer =
      next.remaining < nearest.remaining ||
      (next.remaining === nearest.remaining && next.resetMs > nearest.resetMs);
    if (isNearer) nearest = next;
  }
  return nearest;
}
