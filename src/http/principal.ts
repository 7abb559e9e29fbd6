import type { FastifyRequest } from 'fastify';
import type { Principal, UserPrincipal } from '../accounts/index.ts';
import type { Actor } from '../audit/index.ts';
import { commonErrors } from '../lib/errors.ts';

/** The principal that the API's authentication hook has set. */
export function requirePrincipal(request: FastifyRequest): Principal {
  if (!request.principal) throw new Error('A route without authentication asked for its principal');
  return request.principal;
}

/** The signed-in person; agent keys do not open routes that need one. */
export function requireUser(request: FastifyRequest): UserPrincipal {
  const principal = requirePrincipal(request);
  if (principal.kind !== 'user') {
    throw commonErrors.forbidden('Agent keys call agents; sign in to manage them (POST /api/v1/auth/login).');
  }
  return principal;
}

/** Who the audit log says that it was. */
export function actorOf(request: FastifyRequest): Actor {
  const { userId, email, sessionId } = requireUser(request);
  return { kind: 'user', id: userId, name: email, sessionId, ip: request.ip, requestId: request.id };
}
