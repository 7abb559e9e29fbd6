import { requireUser } from '../../../principal.ts';
import type { App } from '../../../types.ts';
import type { PlatformApiDeps } from '../../deps.ts';
import { ListQuery } from '../../schemas.ts';
import { McpServerList, toMcpServer } from './schema.ts';

export function listMcpServers(app: App, deps: Pick<PlatformApiDeps, 'tools'>): void {
  app.route({
    method: 'GET',
    url: '/tools/mcp',
    config: { role: 'viewer' },
    schema: {
      summary: "List the account's MCP servers",
      tags: ['Tools'],
      querystring: ListQuery,
      response: { 200: McpServerList },
    },
    handler: async (request) => {
      const { mcp } = deps.tools;
      const { items, total, page } = await mcp.list(requireUser(request).accountId, request.query);
      return { servers: items.map((server) => toMcpServer(server, mcp.toolNames(server))), total, page };
    },
  });
}
