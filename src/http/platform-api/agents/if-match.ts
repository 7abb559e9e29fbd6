import type { FastifyRequest } from 'fastify';
import { readIfMatch } from '../if-match.ts';

/** The version that an `If-Match` header asks for. */
export function ifMatchVersion(request: FastifyRequest): number | undefined {
  const tag = readIfMatch(request, /^\d{1,9}$/, "must be the agent's version, such as 3");
  return tag === undefined ? undefined : Number(tag);
}

export function versionTag(version: number): string {
  return `"${version}"`;
}
