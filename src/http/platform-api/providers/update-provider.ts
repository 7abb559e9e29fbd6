import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { ifMatchSave, saveTag } from '../if-match.ts';
import { IdParams } from '../schemas.ts';
import { findProvider } from './find-provider.ts';
import { ProviderReply, toProvider, UpdateProviderBody } from './schema.ts';

export function updateProvider(app: App, deps: Pick<PlatformApiDeps, 'providers'>): void {
  app.route({
    method: 'PATCH',
    url: '/providers/:id',
    config: { role: 'admin', find: findProvider(deps), hasTag: true },
    schema: {
      summary: 'Change a provider',
      description:
        'In force with the next call. Its name stays, because agents call its models by it. A new base_url needs the api_key with it: a key is sent only where it was meant for. `If-Match: <ETag>` refuses (409) when somebody else saved the provider in between.',
      tags: ['Providers'],
      params: IdParams,
      body: UpdateProviderBody,
      response: { 200: ProviderReply },
    },
    handler: async (request, reply) => {
      const { base_url, api_key, models } = request.body;
      const update = { baseUrl: base_url, apiKey: api_key, models };
      const { accountId } = requireUser(request);
      const { id } = request.params;
      const provider = await deps.providers.updateProvider(accountId, id, update, actorOf(request), {
        ifSavedAt: ifMatchSave(request, 'provider'),
      });
      return reply.header('etag', saveTag(provider)).send(toProvider(provider));
    },
  });
}
