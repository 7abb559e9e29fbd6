import { Type } from 'typebox';
import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';

export function endSession(app: App, { accounts }: Pick<PlatformApiDeps, 'accounts'>): void {
  app.route({
    method: 'DELETE',
    url: '/auth/sessions/:session_id',
    config: {
      role: 'viewer',
      duringMaintenance: true,
      find: (user, { session_id = '' }) => accounts.getSession(user, session_id),
    },
    schema: {
      summary: 'Sign out one of your sessions',
      description: 'Its tokens, or its cookie, are dead at once, on every process.',
      tags: ['Auth'],
      params: Type.Object({ session_id: Type.String() }),
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      await accounts.endSession(requireUser(request), request.params.session_id, actorOf(request));
      return reply.code(204).send(null);
    },
  });
}
