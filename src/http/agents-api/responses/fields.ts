import { invalid } from '../../../lib/errors.ts';

/** An object of a request that was parsed but not yet checked. */
export type WireObject = Readonly<Record<string, unknown>>;

/** SDKs send null for what is not given. */
export function given(value: unknown): unknown {
  return value === null ? undefined : value;
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function requireText(
  object: WireObject,
  name: string,
  field: string,
  maxLength = 256,
  minLength = 1,
): string {
  const value = given(object[name]);
  if (value === undefined) throw invalid(`${field}.${name}`, 'is required');
  if (typeof value !== 'string') throw invalid(`${field}.${name}`, 'must be a text');
  if (value.length < minLength) throw invalid(`${field}.${name}`, 'must not be empty');
  if (value.length > maxLength) {
    throw invalid(`${field}.${name}`, `must have at most ${maxLength} characters`);
  }
  return value;
}
