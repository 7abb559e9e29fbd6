import { Type } from 'typebox';
import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findUser } from './find-user.ts';

export function deleteUser(app: App, deps: Pick<PlatformApiDeps, 'accounts'>): void {
  app.route({
    method: 'DELETE',
    url: '/users/:id',
    config: { role: 'admin', find: findUser(deps) },
    schema: {
      summary: 'Remove a person',
      description: 'Their sessions end at once.',
      tags: ['Users'],
      params: IdParams,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      await deps.accounts.deleteUser(requireUser(request), request.params.id, actorOf(request));
      return reply.code(204).send(null);
    },
  });
}
