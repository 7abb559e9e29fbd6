/** The UTC day (`2026-11-21`) and month (`2026-11`) that a moment lies in. */
export function periodsOf(ms: number): { day: string; month: string } {
  const day = new Date(ms).toISOString().slice(0, 10);
  return { day, month: day.slice(0, 7) };
}

export function msUntilNextDay(ms: number): number {
  const DAY_MS = 86_400_000;
  return DAY_MS - (ms % DAY_MS);
}

export function msUntilNextMonth(ms: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) - ms;
}
