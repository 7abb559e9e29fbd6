import type { FastifyRequest } from 'fastify';
import type { Task } from '../../../crews/index.ts';
import { readIfMatch } from '../if-match.ts';

/** The save that an `If-Match` header asks for. */
export function ifMatchSave(request: FastifyRequest): number | undefined {
  const tag = readIfMatch(request, /^\d{1,15}$/, 'must be the ETag of the task as GET gives it');
  return tag === undefined ? undefined : Number(tag);
}

/** No two saves of a task bear the same time. */
export function saveTag({ updatedAt }: Pick<Task, 'updatedAt'>): string {
  return `"${updatedAt}"`;
}
