import type { FastifyRequest } from 'fastify';
import { invalid } from '../../../lib/errors.ts';

/** The version that an `If-Match` header asks for, with or without the quotes of an ETag; undefined: any. */
export function ifMatchVersion({ headers }: FastifyRequest): number | undefined {
  const header = headers['if-match']?.trim();
  if (header === undefined || header === '*') return undefined;
  const match = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header);
  if (!match) throw invalid('If-Match', "must be the agent's version, such as 3");
  return Number(match[1]);
}

export function versionTag(version: number): string {
  return `"${version}"`;
}
