import { Type } from 'typebox';
import { requireRole } from '../../../../accounts/index.ts';
import { actorOf, requireUser } from '../../../principal.ts';
import type { App } from '../../../types.ts';
import type { PlatformApiDeps } from '../../deps.ts';
import { IdParams } from '../../schemas.ts';
import { DeleteToolQuery } from '../auth.ts';
import { findMcpServer } from './find-mcp-server.ts';

export function deleteMcpServer(app: App, deps: Pick<PlatformApiDeps, 'tools'>): void {
  app.route({
    method: 'DELETE',
    url: '/tools/mcp/:id',
    config: { role: 'editor', find: findMcpServer(deps) },
    schema: {
      summary: 'Remove an MCP server with its tools and its credential',
      description:
        'Refused (409) while agents or tasks use one of its tools, which `details.used_by` names, unless forced.',
      tags: ['Tools'],
      params: IdParams,
      querystring: DeleteToolQuery,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      const user = requireUser(request);
      const { mcp } = deps.tools;
      const { id } = request.params;
      const { hasAuth } = await mcp.get(user.accountId, id);
      if (hasAuth) requireRole(user, 'admin', 'remove an MCP server that has a credential');
      await mcp.delete(user.accountId, id, { force: request.query.force, by: actorOf(request) });
      return reply.code(204).send(null);
    },
  });
}
