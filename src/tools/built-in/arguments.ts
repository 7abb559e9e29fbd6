import type { JsonObject } from '../../lib/json.ts';

/** The argument when it was given. Arguments have passed the tool's schema, so another type means "not given". */
export function textOf(args: JsonObject, name: string): string | undefined {
  const value = args[name];
  return typeof value === 'string' ? value : undefined;
}

export function integerOf(args: JsonObject, name: string, fallback: number): number {
  const value = args[name];
  return typeof value === 'number' && Number.isInteger(value) ? value : fallback;
}
