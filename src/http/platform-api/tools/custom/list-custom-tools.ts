import { requireUser } from '../../../principal.ts';
import type { App } from '../../../types.ts';
import type { PlatformApiDeps } from '../../deps.ts';
import { ListQuery } from '../../schemas.ts';
import { CustomToolList, toCustomTool } from './schema.ts';

export function listCustomTools(app: App, { tools }: Pick<PlatformApiDeps, 'tools'>): void {
  app.route({
    method: 'GET',
    url: '/tools/custom',
    config: { role: 'viewer' },
    schema: {
      summary: "List the account's own HTTP tools",
      tags: ['Tools'],
      querystring: ListQuery,
      response: { 200: CustomToolList },
    },
    handler: async (request) => {
      const found = await tools.custom.list(requireUser(request).accountId, request.query);
      return { tools: found.items.map(toCustomTool), total: found.total, page: found.page };
    },
  });
}
