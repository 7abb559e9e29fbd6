import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';

/** Only what a suggestion can get wrong; what we make ourselves is right by the way it is made. */
export function fits(value: Json, schema: JsonObject): boolean {
  if ('const' in schema && !same(value, schema.const)) return false;
  if (Array.isArray(schema.enum) && !schema.enum.some((entry) => same(entry, value))) return false;
  const types =
    typeof schema.type === 'string' ? [schema.type] : Array.isArray(schema.type) ? schema.type : undefined;
  if (types !== undefined && !types.some((type) => isOfType(value, type))) return false;
  if (typeof value === 'string') return stringFits(value, schema);
  if (typeof value !== 'number') return true;
  return (
    value >= (bound(schema.minimum) ?? value) &&
    value <= (bound(schema.maximum) ?? value) &&
    value > (bound(schema.exclusiveMinimum) ?? Number.NEGATIVE_INFINITY) &&
    value < (bound(schema.exclusiveMaximum) ?? Number.POSITIVE_INFINITY) &&
    (bound(schema.multipleOf) === undefined || Number.isInteger(value / (bound(schema.multipleOf) ?? 1)))
  );
}

function stringFits(value: string, schema: JsonObject): boolean {
  const length = [...value].length;
  if (length < count(schema.minLength)) return false;
  if (schema.maxLength !== undefined && length > count(schema.maxLength)) return false;
  return typeof schema.pattern !== 'string' || matches(value, schema.pattern);
}

const MOST_QUANTIFIERS = 12;
const MOST_AROUND_GROUPS = 4;

/**
 * Whether the value matches, or false where finding out could take for ever: patterns come from callers, and a pattern
 * with repetitions inside repetitions takes exponential time. The bounds keep it below a millisecond or so.
 */
function matches(value: string, pattern: string): boolean {
  const quantifiers = pattern.match(/[*+?]|\{\d/g)?.length ?? 0;
  const grouped = /\)[*+?{]/.test(pattern);
  if (quantifiers > (grouped ? MOST_AROUND_GROUPS : MOST_QUANTIFIERS)) return false;
  if (value.length > (grouped || quantifiers > 3 ? 8 : 40)) return false;
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}

function isOfType(value: Json, type: Json): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    default:
      return typeof value === type;
  }
}

export function same(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export function bound(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function count(value: Json | undefined): number {
  return typeof value === 'number' && value > 0 ? Math.floor(value) : 0;
}
