const DAY_MS = 86_400_000;

/** The UTC day (`2026-11-21`) and month (`2026-11`) that a moment lies in. */
export interface Periods {
  readonly day: string;
  readonly month: string;
}

/** Names the periods of moments; the name of a day is made once, since every call asks for today's. */
export function createPeriods(): (ms: number) => Periods {
  let known: Periods = { day: '', month: '' };
  let knownDay = -1;
  return (ms) => {
    const dayNumber = Math.floor(ms / DAY_MS);
    if (dayNumber !== knownDay) {
      const day = new Date(ms).toISOString().slice(0, 10);
      known = { day, month: day.slice(0, 7) };
      knownDay = dayNumber;
    }
    return known;
  };
}

export function msUntilNextDay(ms: number): number {
  return DAY_MS - (ms % DAY_MS);
}

export function msUntilNextMonth(ms: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) - ms;
}
