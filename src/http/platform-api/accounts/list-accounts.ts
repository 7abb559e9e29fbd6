import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { ListQuery } from '../schemas.ts';
import { AccountList, toAccount } from './schema.ts';

export function listAccounts(app: App, { accounts }: Pick<PlatformApiDeps, 'accounts'>): void {
  app.route({
    method: 'GET',
    url: '/accounts',
    config: { role: 'operator' },
    schema: {
      summary: 'List all accounts of the server',
      tags: ['Accounts'],
      querystring: ListQuery,
      response: { 200: AccountList },
    },
    handler: async (request) => {
      const { items, total, page } = await accounts.listAccounts(request.query);
      return { accounts: items.map(toAccount), total, page };
    },
  });
}
