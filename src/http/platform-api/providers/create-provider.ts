import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { CreateProviderBody, ProviderReply, toProvider } from './schema.ts';

export function createProvider(app: App, { providers }: Pick<PlatformApiDeps, 'providers'>): void {
  app.route({
    method: 'POST',
    url: '/providers',
    config: { role: 'admin' },
    schema: {
      summary: 'Add a model provider of the account',
      description: 'A base_url on a private address needs the operator’s leave (MUSTER_TOOL_ALLOW_HOSTS).',
      tags: ['Providers'],
      body: CreateProviderBody,
      response: { 201: ProviderReply },
    },
    handler: async (request, reply) => {
      const { name, kind, base_url, api_key, models } = request.body;
      const provider = await providers.createProvider(
        requireUser(request).accountId,
        { name, kind, baseUrl: base_url, apiKey: api_key, models },
        actorOf(request),
      );
      return reply.code(201).send(toProvider(provider));
    },
  });
}
