import type { Clock } from '../lib/clock.ts';
import { SlidingWindow } from './sliding-window.ts';
import { type Quota, type RequestLimiter, type Verdict, WINDOW_MS, type WindowName } from './types.ts';

/** How often those who have been silent for the longest window are forgotten. */
const SWEEP_MS = WINDOW_MS.hour;

interface Windows {
  readonly windows: Readonly<Record<WindowName, SlidingWindow>>;
  lastAt: number;
}

/** Counts in this process's memory: exact where this process serves all requests, and forgotten when it ends. */
export function createMemoryLimiter(clock: Clock): RequestLimiter {
  const all = new Map<string, Windows>();
  let sweptAt = clock.now();

  const sweep = (now: number): void => {
    sweptAt = now;
    for (const [id, { lastAt }] of all) if (now - lastAt > SWEEP_MS) all.delete(id);
  };

  const countedOf = (id: string, now: number): Windows => {
    const known = all.get(id);
    if (known) return known;
    if (now - sweptAt > SWEEP_MS) sweep(now);
    const windows = {
      minute: new SlidingWindow(WINDOW_MS.minute),
      hour: new SlidingWindow(WINDOW_MS.hour),
    };
    const made = { windows, lastAt: now };
    all.set(id, made);
    return made;
  };

  return {
    take(counting) {
      const now = clock.now();
      const known = counting.map(({ id, quotas }) => ({ id, quotas, counted: countedOf(id, now) }));
      // All windows move on before any is asked, so that what is added is added to the present of each.
      const admitted = known
        .map(({ counted: { windows }, quotas }) => {
          const counts = { minute: windows.minute.count(now), hour: windows.hour.count(now) };
          return quotas.every(({ window, limit }) => counts[window] < limit);
        })
        .every((hasRoom) => hasRoom);
      if (admitted) {
        for (const { counted } of known) {
          counted.windows.minute.add();
          counted.windows.hour.add();
          counted.lastAt = now;
        }
      }
      return nearestToItsEnd(
        known.flatMap(({ id, quotas, counted }) =>
          quotas.map((quota) => ({ id, ...standing(quota, admitted, counted.windows[quota.window], now) })),
        ),
      );
    },
  };
}

function standing(
  { limit }: Quota,
  admitted: boolean,
  window: SlidingWindow,
  now: number,
): Omit<Verdict, 'id'> {
  const count = window.count(now);
  const remaining = Math.max(0, limit - count);
  // A window that is full keeps the request out until it has room; any other has more again when its oldest part leaves.
  const rest = remaining === 0 ? limit - 1 : Math.max(0, count - 1);
  const resetMs = window.msUntilAtMost(rest, now);
  return { admitted, limit, remaining, resetMs, resetAt: now + resetMs };
}

function nearestToItsEnd(standings: readonly Verdict[]): Verdict {
  return standings.reduce((nearest, next) => {
    const isNearer =
      next.remaining < nearest.remaining ||
      (next.remaining === nearest.remaining && next.resetMs > nearest.resetMs);
    return isNearer ? next : nearest;
  });
}
