import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { ListQuery } from '../schemas.ts';
import { toUser, UserList } from './schema.ts';

export function listUsers(app: App, { accounts }: Pick<PlatformApiDeps, 'accounts'>): void {
  app.route({
    method: 'GET',
    url: '/users',
    config: { role: 'admin' },
    schema: {
      summary: 'List the people of the account',
      tags: ['Users'],
      querystring: ListQuery,
      response: { 200: UserList },
    },
    handler: async (request) => {
      const { items, total, page } = await accounts.listUsers(requireUser(request).accountId, request.query);
      return { users: items.map(toUser), total, page };
    },
  });
}
