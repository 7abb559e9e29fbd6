import { Type } from 'typebox';
import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { PasswordBody } from './schema.ts';

export function changePassword(app: App, { accounts }: Pick<PlatformApiDeps, 'accounts'>): void {
  app.route({
    method: 'PUT',
    url: '/auth/password',
    config: { role: 'viewer' },
    schema: {
      summary: "Change one's own password",
      description: 'Other sessions of the person end; this one goes on.',
      tags: ['Auth'],
      body: PasswordBody,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      const { current_password, new_password } = request.body;
      await accounts.changePassword(requireUser(request), current_password, new_password, actorOf(request));
      return reply.code(204).send(null);
    },
  });
}
