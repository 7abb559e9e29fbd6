import type { ErrorObject } from 'ajv';
import { nearNames } from '../lib/near-names.ts';

/** Names come from requests; whoever sends so many, or such long ones, has not mistyped one. */
const MAX_GIVEN = 100;
const MAX_CHARS = 64;
/** Whatever is short is near to what is as short. */
const MIN_CHARS = 3;

/**
 * The field that was meant by one that is not known, or that stands for one that is missing; undefined where none is near.
 * Reads what Ajv tells when it is `verbose`.
 */
export function nearField({ keyword, params, parentSchema, data }: ErrorObject): string | undefined {
  const known = keysOf(parentSchema?.properties);
  switch (keyword) {
    case 'additionalProperties':
      return nearest(params.additionalProperty, known);
    case 'required': {
      const given = keysOf(data);
      if (given.length > MAX_GIVEN) return undefined;
      return nearest(
        params.missingProperty,
        given.filter((name) => !known.includes(name)),
      );
    }
    default:
      return undefined;
  }
}

function nearest(name: unknown, candidates: readonly string[]): string | undefined {
  const text = String(name);
  return isLikely(text) ? nearNames(text, candidates.filter(isLikely))[0] : undefined;
}

function isLikely({ length }: string): boolean {
  return length >= MIN_CHARS && length <= MAX_CHARS;
}

function keysOf(value: unknown): string[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}
