import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { saveTag } from '../if-match.ts';
import { IdParams } from '../schemas.ts';
import { findProvider } from './find-provider.ts';
import { ProviderReply, toProvider } from './schema.ts';

export function getProvider(app: App, deps: Pick<PlatformApiDeps, 'providers'>): void {
  app.route({
    method: 'GET',
    url: '/providers/:id',
    config: { role: 'admin', find: findProvider(deps), hasTag: true },
    schema: {
      summary: 'One provider',
      tags: ['Providers'],
      params: IdParams,
      response: { 200: ProviderReply },
    },
    handler: async (request, reply) => {
      const provider = await deps.providers.getProvider(requireUser(request).accountId, request.params.id);
      return reply.header('etag', saveTag(provider)).send(toProvider(provider));
    },
  });
}
