import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { ListQuery } from '../schemas.ts';
import { ProviderList, toProvider, toServerProvider } from './schema.ts';

export function listProviders(app: App, { providers }: Pick<PlatformApiDeps, 'providers'>): void {
  app.route({
    method: 'GET',
    url: '/providers',
    config: { role: 'admin' },
    schema: {
      summary: "List the account's own model providers, and those of the server",
      tags: ['Providers'],
      querystring: ListQuery,
      response: { 200: ProviderList },
    },
    handler: async (request) => {
      const found = await providers.listProviders(requireUser(request).accountId, request.query);
      const server = providers.serverProviders().map(toServerProvider);
      return { providers: found.items.map(toProvider), total: found.total, page: found.page, server };
    },
  });
}
