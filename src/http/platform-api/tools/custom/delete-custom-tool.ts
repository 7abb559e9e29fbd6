import { Type } from 'typebox';
import { requireRole } from '../../../../accounts/index.ts';
import { actorOf, requireUser } from '../../../principal.ts';
import type { App } from '../../../types.ts';
import type { PlatformApiDeps } from '../../deps.ts';
import { IdParams } from '../../schemas.ts';
import { DeleteToolQuery } from '../auth.ts';
import { findCustomTool } from './find-custom-tool.ts';

export function deleteCustomTool(app: App, deps: Pick<PlatformApiDeps, 'tools'>): void {
  app.route({
    method: 'DELETE',
    url: '/tools/custom/:id',
    config: { role: 'editor', find: findCustomTool(deps) },
    schema: {
      summary: 'Remove an HTTP tool with its credential',
      description:
        'Refused (409) while agents or tasks use it, which `details.used_by` names, unless forced: then they go on without it.',
      tags: ['Tools'],
      params: IdParams,
      querystring: DeleteToolQuery,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      const user = requireUser(request);
      const { custom } = deps.tools;
      const { id } = request.params;
      const { hasAuth } = await custom.get(user.accountId, id);
      if (hasAuth) requireRole(user, 'admin', 'remove a tool that has a credential');
      await custom.delete(user.accountId, id, { force: request.query.force, by: actorOf(request) });
      return reply.code(204).send(null);
    },
  });
}
