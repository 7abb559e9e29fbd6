import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { BalanceReply, toBalance } from './schema.ts';

export function getBalance(app: App, { billing }: Pick<PlatformApiDeps, 'billing'>): void {
  app.route({
    method: 'GET',
    url: '/billing',
    config: { role: 'viewer' },
    schema: { summary: 'The credit of the account', tags: ['Billing'], response: { 200: BalanceReply } },
    handler: async (request) => toBalance(await billing.balance(requireUser(request).accountId)),
  });
}
