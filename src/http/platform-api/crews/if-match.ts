import type { FastifyRequest } from 'fastify';
import { type CrewState, revisionOf } from '../../../crews/index.ts';
import { invalid } from '../../../lib/errors.ts';

/** The revision that an `If-Match` header asks for, with or without the quotes of an ETag; undefined: any. */
export function ifMatchRevision({ headers }: FastifyRequest): string | undefined {
  const header = headers['if-match']?.trim();
  if (header === undefined || header === '*') return undefined;
  const match = /^(?:W\/)?"?([\w-]{1,64})"?$/.exec(header);
  if (!match) throw invalid('If-Match', 'must be the revision of the crew as GET gives it');
  return match[1];
}

export function revisionTag(crew: CrewState): string {
  return `"${revisionOf(crew)}"`;
}
