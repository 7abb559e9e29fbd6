import { requireRole } from '../../../../accounts/index.ts';
import { actorOf, requireUser } from '../../../principal.ts';
import type { App } from '../../../types.ts';
import type { PlatformApiDeps } from '../../deps.ts';
import { IdParams } from '../../schemas.ts';
import { findMcpServer } from './find-mcp-server.ts';
import { McpServerReply, toMcpServer, UpdateMcpServerBody } from './schema.ts';

export function updateMcpServer(app: App, deps: Pick<PlatformApiDeps, 'tools'>): void {
  for (const method of ['PUT', 'PATCH'] as const) {
    app.route({
      method,
      url: '/tools/mcp/:id',
      config: { role: 'editor', find: findMcpServer(deps) },
      schema: {
        summary: 'Change the address or the credential of an MCP server',
        description:
          'It is asked for its tools anew. Its name stays, because agents name its tools by it. A server with a credential takes an admin, and another origin needs the credential again.',
        tags: ['Tools'],
        params: IdParams,
        body: UpdateMcpServerBody,
        response: { 200: McpServerReply },
      },
      handler: async (request) => {
        const user = requireUser(request);
        const { mcp } = deps.tools;
        const { id } = request.params;
        const { url, auth_type, auth } = request.body;
        const { hasAuth } = await mcp.get(user.accountId, id);
        if (hasAuth || auth) requireRole(user, 'admin', 'change an MCP server that has a credential');
        const update = { url, authType: auth_type, auth };
        const server = await mcp.update(user.accountId, id, update, actorOf(request));
        return toMcpServer(server, mcp.toolNames(server));
      },
    });
  }
}
