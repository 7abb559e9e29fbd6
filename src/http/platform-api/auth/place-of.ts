import type { FastifyRequest } from 'fastify';

/** Where a sign-in comes from, for the list of a person's sessions. */
export function placeOf(request: Pick<FastifyRequest, 'ip' | 'id' | 'headers'>) {
  return { ip: request.ip, requestId: request.id, userAgent: request.headers['user-agent'] };
}
