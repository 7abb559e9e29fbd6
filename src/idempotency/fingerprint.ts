import { createHash } from 'node:crypto';
import type { KeyedRequest } from './types.ts';

/** Equal for requests that ask for the same, whatever the order of the fields in their bodies. */
export function fingerprint({ method, path, principalId, body, readForm }: KeyedRequest): string {
  const parts = [method, path, principalId, readForm ? 'form' : (JSON.stringify(ordered(body)) ?? '')];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/** The fingerprint of a form is known in full only once it has been read: what is in it stands behind a point. */
export function withForm(mark: string, form: string | undefined): string {
  return form === undefined ? mark : `${mark}.${form}`;
}

/** The value with the keys of its objects in one order. Depth is bounded where bodies are parsed. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, ordered(inner)]));
}
