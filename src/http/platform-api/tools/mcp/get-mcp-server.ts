import { requireUser } from '../../../principal.ts';
import type { App } from '../../../types.ts';
import type { PlatformApiDeps } from '../../deps.ts';
import { IdParams } from '../../schemas.ts';
import { findMcpServer } from './find-mcp-server.ts';
import { McpServerReply, toMcpServer } from './schema.ts';

export function getMcpServer(app: App, deps: Pick<PlatformApiDeps, 'tools'>): void {
  app.route({
    method: 'GET',
    url: '/tools/mcp/:id',
    config: { role: 'viewer', find: findMcpServer(deps) },
    schema: {
      summary: 'Show an MCP server with the names of its tools',
      tags: ['Tools'],
      params: IdParams,
      response: { 200: McpServerReply },
    },
    handler: async (request) => {
      const { mcp } = deps.tools;
      const server = await mcp.get(requireUser(request).accountId, request.params.id);
      return toMcpServer(server, mcp.toolNames(server));
    },
  });
}
