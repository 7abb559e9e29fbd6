import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findProvider } from './find-provider.ts';
import { ProviderReply, toProvider, UpdateProviderBody } from './schema.ts';

export function updateProvider(app: App, deps: Pick<PlatformApiDeps, 'providers'>): void {
  app.route({
    method: 'PATCH',
    url: '/providers/:id',
    config: { role: 'admin', find: findProvider(deps) },
    schema: {
      summary: 'Change a provider',
      description:
        'In force with the next call. Its name stays, because agents call its models by it. A new base_url needs the api_key with it: a key is sent only where it was meant for.',
      tags: ['Providers'],
      params: IdParams,
      body: UpdateProviderBody,
      response: { 200: ProviderReply },
    },
    handler: async (request) => {
      const { base_url, api_key, models } = request.body;
      const update = { baseUrl: base_url, apiKey: api_key, models };
      const { accountId } = requireUser(request);
      return toProvider(
        await deps.providers.updateProvider(accountId, request.params.id, update, actorOf(request)),
      );
    },
  });
}
