const NUMBER = new Intl.NumberFormat('en');
const MONEY = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD', maximumFractionDigits: 9 });
const DATE_TIME = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

const SECOND = 1_000;
const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ['year', 365 * 24 * 3_600 * SECOND],
  ['month', 30 * 24 * 3_600 * SECOND],
  ['day', 24 * 3_600 * SECOND],
  ['hour', 3_600 * SECOND],
  ['minute', 60 * SECOND],
];

export function formatNumber(value: number): string {
  return NUMBER.format(value);
}

/** Exact to the nano-dollar: amounts of the log add up. */
export function formatUsd(value: number): string {
  return MONEY.format(value);
}

/** For a glance: cents, and below a dollar three figures where there are as many. */
export function formatUsdShort(value: number): string {
  return MONEY.format(Math.abs(value) >= 1 ? Math.round(value * 100) / 100 : Number(value.toPrecision(3)));
}

/** Of ISO-8601, or of milliseconds since 1970. */
export function formatDateTime(time: string | number): string {
  return DATE_TIME.format(new Date(time));
}

export function formatAgo(iso: string, now: number): string {
  const ms = Date.parse(iso) - now;
  const found = UNITS.find(([, size]) => Math.abs(ms) >= size);
  return found ? RELATIVE.format(Math.trunc(ms / found[1]), found[0]) : 'just now';
}

export function formatDuration(ms: number): string {
  // Rounded before it is taken apart: what is nearly a minute is a minute.
  if (Math.round(ms) < 1_000) return `${Math.round(ms)} ms`;
  if (Math.round(ms / 100) < 600) return `${(Math.round(ms / 100) / 10).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
