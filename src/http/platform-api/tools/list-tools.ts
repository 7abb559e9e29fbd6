import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { ListQuery } from '../schemas.ts';
import { ToolList, toTool } from './schema.ts';

export function listTools(app: App, { tools }: Pick<PlatformApiDeps, 'tools'>): void {
  app.route({
    method: 'GET',
    url: '/tools',
    config: { role: 'viewer' },
    schema: {
      summary: 'List the tools that agents can have',
      description: 'The built-in ones first, then those that the account brought.',
      tags: ['Tools'],
      querystring: ListQuery,
      response: { 200: ToolList },
    },
    handler: async (request) => {
      const { page, limit } = request.query;
      const all = await tools.list(requireUser(request).accountId);
      return { tools: all.slice((page - 1) * limit, page * limit).map(toTool), total: all.length, page };
    },
  });
}
