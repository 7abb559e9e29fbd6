import { actorOf, requireUser } from '../../principal.ts';
import { publicAddress } from '../../public-address.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { CreatedUser, CreateUserBody, toSetup, toUser } from './schema.ts';
import { setupUrl } from './setup-url.ts';

export function createUser(app: App, deps: Pick<PlatformApiDeps, 'accounts' | 'publicUrl'>): void {
  app.route({
    method: 'POST',
    url: '/users',
    config: { role: 'admin' },
    schema: {
      summary: 'Add a person to the account',
      description:
        'Without a password the reply has a one-time set-up link. Nobody makes somebody above themselves.',
      tags: ['Users'],
      body: CreateUserBody,
      response: { 201: CreatedUser },
    },
    handler: async (request, reply) => {
      const { user, setupToken } = await deps.accounts.createUser(
        requireUser(request),
        request.body,
        actorOf(request),
      );
      return reply.code(201).send({
        ...toUser(user),
        ...toSetup(setupToken, (token) => setupUrl(publicAddress(request, deps.publicUrl), token)),
      });
    },
  });
}
