import { formatUsd } from '../../../ui/format.ts';

const NANO_USD = 'NanoUsd';
const NANO = 1e9;

/** What was changed, a line each: `name: website`. Amounts are stored as nano-dollars and read as dollars. */
export function detailLines(details: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(details).map(([name, value]) => {
    if (name.endsWith(NANO_USD) && value !== null) {
      return `${words(name.slice(0, -NANO_USD.length))}: ${formatUsd(Number(value) / NANO)}`;
    }
    return `${words(name)}: ${typeof value === 'string' ? value : JSON.stringify(value)}`;
  });
}

function words(name: string): string {
  return name.replaceAll(/(?<=[a-z])[A-Z]|_/g, (found) => ` ${found.replace('_', '').toLowerCase()}`);
}
