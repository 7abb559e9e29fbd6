import { requireRole } from '../../../../accounts/index.ts';
import { actorOf, requireUser } from '../../../principal.ts';
import type { App } from '../../../types.ts';
import type { PlatformApiDeps } from '../../deps.ts';
import { CreateMcpServerBody, McpServerReply, toMcpServer } from './schema.ts';

export function createMcpServer(app: App, { tools }: Pick<PlatformApiDeps, 'tools'>): void {
  app.route({
    method: 'POST',
    url: '/tools/mcp',
    config: { role: 'editor' },
    schema: {
      summary: 'Add a server of the Model Context Protocol',
      description:
        'It is asked for its tools at once; they then stand in GET /tools. One that cannot be asked is kept, with the status error and the reason, and asked again. To give a credential takes an admin.',
      tags: ['Tools'],
      body: CreateMcpServerBody,
      response: { 201: McpServerReply },
    },
    handler: async (request, reply) => {
      const user = requireUser(request);
      const { name, url, auth_type, auth } = request.body;
      if (auth) requireRole(user, 'admin', 'give an MCP server a credential');
      const input = { name, url, authType: auth_type, auth };
      const server = await tools.mcp.create(user.accountId, input, actorOf(request));
      return reply.code(201).send(toMcpServer(server, tools.mcp.toolNames(server)));
    },
  });
}
