import type { Option } from './command.ts';
import { UsageError } from './failures.ts';

/** Flags that several commands have. */
export const json = { type: 'boolean', help: 'Print JSON.' } as const satisfies Option;

export const home = {
  type: 'string',
  value: 'FOLDER',
  help: 'Data folder (MUSTER_HOME; ./.muster).',
} as const satisfies Option;

/** An amount of US dollars; the server checks the rest. Throws UsageError. */
export function readDollars(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\$?\d{1,9}(\.\d{1,9})?$/.test(text)) return Number(text.replace('$', ''));
  throw new UsageError(`--${flag} must be US dollars such as 25 or 0.50; '${text}' is not.`);
}

const UNITS_MS = { h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/**
 * A moment as the server takes it: `2027-01-31` (its beginning, UTC), `2027-01-31T08:00:00Z`, or from now on `12h`, `30d`,
 * `8w`. Throws UsageError.
 */
export function readMoment(flag: string, text: string | undefined, now: number): string | undefined {
  if (text === undefined) return undefined;
  const span = /^(\d{1,5})([hdw])$/.exec(text);
  if (span?.[1] && (span[2] === 'h' || span[2] === 'd' || span[2] === 'w')) {
    return new Date(now + Number(span[1]) * UNITS_MS[span[2]]).toISOString();
  }
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return `${text}T00:00:00Z`;
  if (/^\d{4}-\d{2}-\d{2}T/.test(text)) return text;
  throw new UsageError(`--${flag} must be a day such as 2027-01-31, a time, or a span such as 30d.`);
}
