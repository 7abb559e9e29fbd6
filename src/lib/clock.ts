/** The only source of wall time. Milliseconds since 1970, UTC. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Never jumps; says nothing about the time of day. */
export const steadyClock: Clock = { now: () => performance.now() };

/** ISO-8601 in UTC with `Z`, the form of every time on the Platform API. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
