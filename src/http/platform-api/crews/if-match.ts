import type { FastifyRequest } from 'fastify';
import { type CrewState, revisionOf } from '../../../crews/index.ts';
import { readIfMatch } from '../if-match.ts';

/** The revision that an `If-Match` header asks for. */
export function ifMatchRevision(request: FastifyRequest): string | undefined {
  return readIfMatch(request, /^[\w-]{1,64}$/, 'must be the revision of the crew as GET gives it');
}

export function revisionTag(crew: CrewState): string {
  return `"${revisionOf(crew)}"`;
}
