import { Type } from 'typebox';
import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findKey } from './find-key.ts';

export function revokeKey(app: App, deps: Pick<PlatformApiDeps, 'accounts'>): void {
  app.route({
    method: 'DELETE',
    url: '/agent-keys/:id',
    config: { role: 'admin', find: findKey(deps) },
    schema: {
      summary: 'Revoke an agent key',
      description: 'For good, and at once; what is open under it ends.',
      tags: ['Agent keys'],
      params: IdParams,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      await deps.accounts.revokeKey(requireUser(request).accountId, request.params.id, actorOf(request));
      return reply.code(204).send(null);
    },
  });
}
