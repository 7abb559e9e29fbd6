import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { invalid } from '../../lib/errors.ts';

/**
 * What an `If-Match` header asks for, without the quotes of an ETag; undefined where every state will do. Throws a
 * validation error, which says what it `must` be, for what does not match `form`.
 */
export function readIfMatch({ headers }: FastifyRequest, form: RegExp, must: string): string | undefined {
  const header = headers['if-match']?.trim();
  if (header === undefined || header === '*') return undefined;
  const tag = /^(?:W\/)?"?(.*?)"?$/.exec(header)?.[1] ?? '';
  if (!form.test(tag)) throw invalid('If-Match', must);
  return tag;
}

/** The save that an `If-Match` header asks for, of `what` GET gives with an ETag of saveTag. */
export function ifMatchSave(request: FastifyRequest, what: string): number | undefined {
  const tag = readIfMatch(request, /^\d{1,15}$/, `must be the ETag of the ${what} as GET gives it`);
  return tag === undefined ? undefined : Number(tag);
}

/** The ETag without its quotes, so that an entry of a list can be changed without being read once more. */
export const Revision = Type.String({ description: 'Changes with every save; for If-Match.' });

interface Saved {
  readonly updatedAt: number;
}

/** No two saves of an object bear the same time. */
export function saveRevision({ updatedAt }: Saved): string {
  return String(updatedAt);
}

export function saveTag(saved: Saved): string {
  return `"${saveRevision(saved)}"`;
}
