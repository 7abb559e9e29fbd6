import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findUser } from './find-user.ts';
import { toUser, UpdateUserBody, UserReply } from './schema.ts';

export function updateUser(app: App, deps: Pick<PlatformApiDeps, 'accounts'>): void {
  app.route({
    method: 'PATCH',
    url: '/users/:id',
    config: { role: 'admin', find: findUser(deps) },
    schema: {
      summary: "Change a person's name or role",
      description: 'In force at once. An account keeps an owner.',
      tags: ['Users'],
      params: IdParams,
      body: UpdateUserBody,
      response: { 200: UserReply },
    },
    handler: async (request) =>
      toUser(
        await deps.accounts.updateUser(
          requireUser(request),
          request.params.id,
          request.body,
          actorOf(request),
        ),
      ),
  });
}
