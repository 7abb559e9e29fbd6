import type { FastifyRequest } from 'fastify';
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
