import { Type } from 'typebox';
import { actorOf, requireUser } from '../../principal.ts';
import { forgetSession, sessionCookie } from '../../session-cookie.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';

export function logout(app: App, { accounts }: Pick<PlatformApiDeps, 'accounts'>): void {
  app.route({
    method: 'POST',
    url: '/auth/logout',
    config: { role: 'viewer', duringMaintenance: true },
    schema: {
      summary: 'Sign out',
      description: 'The access and refresh tokens of the session, or its cookie, are dead at once.',
      tags: ['Auth'],
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      await accounts.logout(requireUser(request), actorOf(request));
      if (sessionCookie(request) !== undefined) forgetSession(request, reply);
      return reply.code(204).send(null);
    },
  });
}
