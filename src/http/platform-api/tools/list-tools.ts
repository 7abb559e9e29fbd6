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
      description: 'The built-in ones first.',
      tags: ['Tools'],
      querystring: ListQuery,
      response: { 200: ToolList },
    },
    handler: async ({ query: { page, limit } }) => {
      const all = tools.list();
      return { tools: all.slice((page - 1) * limit, page * limit).map(toTool), total: all.length, page };
    },
  });
}
