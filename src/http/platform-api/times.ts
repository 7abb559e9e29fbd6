import { invalid } from '../../lib/errors.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const DAY_MS = 86_400_000;

/** The beginning of a period: a day (`2026-11-21`, UTC) or a moment with its zone. Throws a 400 that names `field`. */
export function readFrom(field: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : parse(field, text);
}

/** The end of a period, exclusive. A day counts to its end, as people mean it. */
export function readTo(field: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return parse(field, text) + (DATE.test(text) ? DAY_MS : 0);
}

function parse(field: string, text: string): number {
  const ms = DATE.test(text) || DATE_TIME.test(text) ? Date.parse(text) : Number.NaN;
  // Date.parse rolls days that do not exist over into the next month.
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  if (Number.isNaN(ms) || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) {
    throw invalid(field, 'must be a day such as 2026-11-21 or a time such as 2026-11-21T08:30:00Z');
  }
  return ms;
}
