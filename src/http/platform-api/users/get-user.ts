import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findUser } from './find-user.ts';
import { toUser, UserReply } from './schema.ts';

export function getUser(app: App, deps: Pick<PlatformApiDeps, 'accounts'>): void {
  app.route({
    method: 'GET',
    url: '/users/:id',
    config: { role: 'admin', find: findUser(deps) },
    schema: { summary: 'One person', tags: ['Users'], params: IdParams, response: { 200: UserReply } },
    handler: async (request) =>
      toUser(await deps.accounts.getUser(requireUser(request).accountId, request.params.id)),
  });
}
