import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findAccount } from './find-account.ts';
import { AccountReply, toAccount } from './schema.ts';

export function getAccount(app: App, { accounts }: Pick<PlatformApiDeps, 'accounts'>): void {
  app.route({
    method: 'GET',
    url: '/accounts/:id',
    config: { role: 'operator', find: findAccount(accounts) },
    schema: { summary: 'One account', tags: ['Accounts'], params: IdParams, response: { 200: AccountReply } },
    handler: async (request) => toAccount(await accounts.getAccount(request.params.id)),
  });
}
