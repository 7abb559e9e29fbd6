import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { ListQuery } from '../schemas.ts';
import { KeyList, toKey } from './schema.ts';

export function listKeys(app: App, { accounts }: Pick<PlatformApiDeps, 'accounts'>): void {
  app.route({
    method: 'GET',
    url: '/agent-keys',
    config: { role: 'admin' },
    schema: {
      summary: 'List the agent keys',
      tags: ['Agent keys'],
      querystring: ListQuery,
      response: { 200: KeyList },
    },
    handler: async (request) => {
      const { items, total, page } = await accounts.listKeys(requireUser(request).accountId, request.query);
      return { keys: items.map(toKey), total, page };
    },
  });
}
