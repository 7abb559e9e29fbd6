import { type SavedWindow, SlidingWindow } from './sliding-window.ts';
import { type Counted, type Quota, type Verdict, WINDOW_MS, type WindowName } from './types.ts';

/** What an account or a key has used. */
export type Windows = Readonly<Record<WindowName, SlidingWindow>>;
export type SavedWindows = Readonly<Record<WindowName, SavedWindow>>;

export function createWindows(saved?: SavedWindows): Windows {
  return {
    minute: new SlidingWindow(WINDOW_MS.minute, saved?.minute),
    hour: new SlidingWindow(WINDOW_MS.hour, saved?.hour),
  };
}

/** Counts one request against all quotas of all of them, or against none. */
export function takeFrom(
  counting: readonly Counted[],
  windowsOf: (id: string) => Windows,
  now: number,
): Verdict {
  const known = counting.map(({ id, quotas }) => ({ id, quotas, windows: windowsOf(id) }));
  // All windows move on before any is asked, so that what is added is added to the present of each.
  const admitted = known
    .map(({ windows, quotas }) => {
      const counts = { minute: windows.minute.count(now), hour: windows.hour.count(now) };
      return quotas.every(({ window, limit }) => counts[window] < limit);
    })
    .every((hasRoom) => hasRoom);
  if (admitted) {
    for (const { windows } of known) {
      windows.minute.add();
      windows.hour.add();
    }
  }
  return nearestToItsEnd(
    known.flatMap(({ id, quotas, windows }) =>
      quotas.map((quota) => ({ id, ...standing(quota, admitted, windows[quota.window], now) })),
    ),
  );
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
