import { formatDateTime, formatUsd } from '../../../ui/format.ts';
import { shortId } from './short-id.ts';

const NANO = 1e9;

/** How a value reads, by how its name ends; `named` is what of the name is left to say. */
const KINDS: readonly {
  readonly ending: RegExp;
  readonly named: string;
  readonly read: (value: unknown) => string;
}[] = [
  { ending: /NanoUsdPerMillion$/, named: '', read: (value) => `${dollars(value, NANO)} per million` },
  { ending: /NanoUsd$/, named: '', read: (value) => dollars(value, NANO) },
  { ending: /Usd$/, named: '', read: (value) => dollars(value, 1) },
  { ending: /At$/, named: 'At', read: moment },
  { ending: /Ids$/, named: 's', read: (value) => plain(value, shortId) },
  { ending: /Id$/, named: '', read: (value) => plain(value, shortId) },
];

/** What was changed, a line each, as people read it: `name: website`, `daily limit: $5.00`. */
export function detailLines(details: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(details).map(([name, value]) => {
    const kind = KINDS.find(({ ending }) => ending.test(name));
    const label = kind ? name.replace(kind.ending, kind.named) : name;
    return `${words(label)}: ${kind && value !== null ? kind.read(value) : plain(value)}`;
  });
}

function dollars(value: unknown, unit: number): string {
  const amount = Number(value) / unit;
  return Number.isFinite(amount) ? formatUsd(amount) : plain(value);
}

function moment(value: unknown): string {
  const isTime = typeof value === 'number' || (typeof value === 'string' && !Number.isNaN(Date.parse(value)));
  return isTime ? formatDateTime(value) : plain(value);
}

function plain(value: unknown, ofText: (text: string) => string = (text) => text): string {
  if (value === null) return 'none';
  if (typeof value === 'string') return ofText(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) {
    return value.length === 0 ? 'none' : value.map((each) => plain(each, ofText)).join(', ');
  }
  return JSON.stringify(value);
}

function words(name: string): string {
  return name.replaceAll(/(?<=[a-z])[A-Z]|_/g, (found) => ` ${found.replace('_', '').toLowerCase()}`);
}
