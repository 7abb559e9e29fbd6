import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { ModelListQuery, ModelListReply, toModelEntry } from './schema.ts';

export function listModels(app: App, { providers }: Pick<PlatformApiDeps, 'providers'>): void {
  app.route({
    method: 'GET',
    url: '/models',
    config: { role: 'viewer' },
    schema: {
      summary: 'The catalogue: what agents can have as their model',
      description: 'Those whose provider is switched on come first.',
      tags: ['Models'],
      querystring: ModelListQuery,
      response: { 200: ModelListReply },
    },
    handler: async (request) => {
      const { page, limit, provider, q } = request.query;
      const wanted = q?.toLowerCase();
      const found = (await providers.listModels(requireUser(request).accountId)).filter(
        ({ info }) =>
          (provider === undefined || info.provider === provider) &&
          (wanted === undefined || `${info.id}\n${info.name}`.toLowerCase().includes(wanted)),
      );
      const shown = found.slice((page - 1) * limit, page * limit);
      return { models: shown.map(toModelEntry), total: found.length, page };
    },
  });
}
