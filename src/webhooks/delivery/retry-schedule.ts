const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** What lies between an attempt that failed and the next one: three days in all. The first attempt is made at once. */
const PAUSES_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

export const MAX_ATTEMPTS = PAUSES_MS.length + 1;

/** A tenth more or less, so that what failed together does not come back together. */
const JITTER = 0.1;

/** How long to wait after attempt number `attempt` has failed. */
export function pauseAfter(attempt: number, random: () => number): number {
  const pause = PAUSES_MS[Math.min(attempt, PAUSES_MS.length) - 1] ?? 0;
  return Math.round(pause * (1 - JITTER + 2 * JITTER * random()));
}
