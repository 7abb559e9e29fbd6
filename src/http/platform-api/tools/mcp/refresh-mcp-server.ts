import { requireUser } from '../../../principal.ts';
import type { App } from '../../../types.ts';
import type { PlatformApiDeps } from '../../deps.ts';
import { IdParams } from '../../schemas.ts';
import { findMcpServer } from './find-mcp-server.ts';
import { McpServerReply, toMcpServer } from './schema.ts';

export function refreshMcpServer(app: App, deps: Pick<PlatformApiDeps, 'tools'>): void {
  app.route({
    method: 'POST',
    url: '/tools/mcp/:id/refresh',
    config: { role: 'editor', find: findMcpServer(deps) },
    schema: {
      summary: 'Ask an MCP server for its tools now',
      description:
        'It is asked by itself too: when it says that its tools have changed, and when the list is ten minutes old.',
      tags: ['Tools'],
      params: IdParams,
      response: { 200: McpServerReply },
    },
    handler: async (request) => {
      const { mcp } = deps.tools;
      const server = await mcp.refresh(requireUser(request).accountId, request.params.id);
      return toMcpServer(server, mcp.toolNames(server));
    },
  });
}
