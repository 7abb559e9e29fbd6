import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { CrewList, CrewListQuery } from './schema.ts';
import { toCrewEntry } from './to-crew.ts';

export function listCrews(app: App, { crews }: Pick<PlatformApiDeps, 'crews'>): void {
  app.route({
    method: 'GET',
    url: '/crews',
    config: { role: 'viewer' },
    schema: {
      summary: 'List the crews, the newest first',
      tags: ['Crews'],
      querystring: CrewListQuery,
      response: { 200: CrewList },
    },
    handler: async (request) => {
      const { page, limit, q } = request.query;
      const found = await crews.listCrews(requireUser(request).accountId, { page, limit }, q);
      return { crews: found.items.map(toCrewEntry), total: found.total, page };
    },
  });
}
