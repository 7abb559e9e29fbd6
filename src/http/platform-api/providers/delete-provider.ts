import { Type } from 'typebox';
import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { ifMatchSave } from '../if-match.ts';
import { IdParams } from '../schemas.ts';
import { findProvider } from './find-provider.ts';

export function deleteProvider(app: App, deps: Pick<PlatformApiDeps, 'providers'>): void {
  app.route({
    method: 'DELETE',
    url: '/providers/:id',
    config: { role: 'admin', find: findProvider(deps), hasTag: true },
    schema: {
      summary: 'Remove a provider with its key',
      description:
        'Agents that use its models have the status error until they get another model. `If-Match: <ETag>` refuses (409) when somebody else saved the provider in between.',
      tags: ['Providers'],
      params: IdParams,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      const { accountId } = requireUser(request);
      await deps.providers.deleteProvider(accountId, request.params.id, actorOf(request), {
        ifSavedAt: ifMatchSave(request, 'provider'),
      });
      return reply.code(204).send(null);
    },
  });
}
