import type { FastifyRequest } from 'fastify';
import type { Task } from '../../../crews/index.ts';
import { invalid } from '../../../lib/errors.ts';

/** The save that an `If-Match` header asks for, with or without the quotes of an ETag; undefined: any. */
export function ifMatchSave({ headers }: FastifyRequest): number | undefined {
  const header = headers['if-match']?.trim();
  if (header === undefined || header === '*') return undefined;
  const match = /^(?:W\/)?"?(\d{1,15})"?$/.exec(header);
  if (!match) throw invalid('If-Match', 'must be the ETag of the task as GET gives it');
  return Number(match[1]);
}

/** No two saves of a task bear the same time. */
export function saveTag({ updatedAt }: Pick<Task, 'updatedAt'>): string {
  return `"${updatedAt}"`;
}
