import { Type } from 'typebox';
import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';

export function endOtherSessions(app: App, { accounts }: Pick<PlatformApiDeps, 'accounts'>): void {
  app.route({
    method: 'DELETE',
    url: '/auth/sessions',
    config: { role: 'viewer', duringMaintenance: true },
    schema: {
      summary: 'Sign out all your sessions but this one',
      tags: ['Auth'],
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      await accounts.endOtherSessions(requireUser(request), actorOf(request));
      return reply.code(204).send(null);
    },
  });
}
