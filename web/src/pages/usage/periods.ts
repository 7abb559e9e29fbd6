import type { Day } from './day-chart.tsx';

const DAY_MS = 86_400_000;
const MAX_DAYS = 366;

/** What the period of the page can be; a day is a UTC day, as on the bill. */
export const PERIODS = {
  '1': 'Today',
  '7': 'Last 7 days',
  '30': 'Last 30 days',
  '90': 'Last 90 days',
  '365': 'Last 365 days',
} as const;
const DEFAULT_DAYS = 30;

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** The first and the last day of the period that the address names. */
export function readPeriod(
  search: Readonly<Record<string, string>>,
  now: number,
): { from: string; to: string } {
  const { from, to } = search;
  if (from !== undefined && to !== undefined) return { from, to };
  const days = search.days !== undefined && search.days in PERIODS ? Number(search.days) : DEFAULT_DAYS;
  return { from: isoDay(now - (days - 1) * DAY_MS), to: isoDay(now) };
}

/** Every day of the period, those without a run too. */
export function everyDay(period: { from: string; to: string }, days: readonly Day[]): Day[] {
  const known = new Map(days.map((each) => [each.day, each]));
  const first = Date.parse(`${period.from}T00:00:00Z`);
  const count = Math.round((Date.parse(`${period.to}T00:00:00Z`) - first) / DAY_MS) + 1;
  if (!(count > 0 && count <= MAX_DAYS)) return [...days].sort((a, b) => a.day.localeCompare(b.day));
  return Array.from({ length: count }, (_, index) => {
    const day = isoDay(first + index * DAY_MS);
    return known.get(day) ?? { day, cost: 0, runs: 0 };
  });
}
