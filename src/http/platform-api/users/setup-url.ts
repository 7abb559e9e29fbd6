import type { FastifyRequest } from 'fastify';

/** Where a person opens a one-time set-up link: the console at the address that this request came to. */
export function setupUrl(request: FastifyRequest, token: string): string {
  return `${request.protocol}://${request.host}/setup?token=${encodeURIComponent(token)}`;
}
