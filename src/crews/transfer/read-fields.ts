import { isJsonObject, type JsonObject } from '../../lib/json.ts';

export const NOT_CARRIED = 'not carried over';

/** Lists the fields that were not looked at, unless they say nothing. */
export function noteRest(
  fields: Readonly<Record<string, unknown>>,
  place: string,
  known: readonly string[],
  notes: string[],
): void {
  for (const [name, value] of Object.entries(fields)) {
    if (known.includes(name) || value === null || value === false) continue;
    if (Array.isArray(value) && value.length === 0) continue;
    notes.push(`${place}.${name}: ${NOT_CARRIED}`);
  }
}

/** Folded texts of YAML end in a line break that nobody meant. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : undefined;
}

export function wholeOf(value: unknown, max: number, place: string, notes: string[]): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    notes.push(`${place}: ${NOT_CARRIED}; it is no whole number`);
    return undefined;
  }
  if (value > max) notes.push(`${place}: ${value} is more than may be; ${max} was taken instead`);
  return Math.min(value, max);
}

export function flagOf(value: unknown, place: string, notes: string[]): boolean | undefined {
  if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined;
  notes.push(`${place}: ${NOT_CARRIED}; only true and false are`);
  return undefined;
}

export function objectOf(value: unknown, place: string, notes: string[]): JsonObject | undefined {
  if (value === undefined || value === null || isJsonObject(value)) return value ?? undefined;
  notes.push(`${place}: ${NOT_CARRIED}; it is no object of values by name`);
  return undefined;
}
