import type { Clock } from '../lib/clock.ts';

/** The day that every midday clock begins in. */
export const TODAY = '2027-01-15';

/** A clock that goes on by itself from noon in the middle of a month: no day or month ends while a test runs. */
export function middayClock(): Clock {
  const startedAt = performance.now();
  const noon = Date.parse(`${TODAY}T12:00:00Z`);
  return { now: () => noon + Math.floor(performance.now() - startedAt) };
}
