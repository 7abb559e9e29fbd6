import { Type } from 'typebox';
import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findProvider } from './find-provider.ts';

export function deleteProvider(app: App, deps: Pick<PlatformApiDeps, 'providers'>): void {
  app.route({
    method: 'DELETE',
    url: '/providers/:id',
    config: { role: 'admin', find: findProvider(deps) },
    schema: {
      summary: 'Remove a provider with its key',
      description: 'Agents that use its models have the status error until they get another model.',
      tags: ['Providers'],
      params: IdParams,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      await deps.providers.deleteProvider(
        requireUser(request).accountId,
        request.params.id,
        actorOf(request),
      );
      return reply.code(204).send(null);
    },
  });
}
