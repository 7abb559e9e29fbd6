import type { App } from '../../types.ts';
import { changeCredit } from '../billing/change-credit.ts';
import { BalanceReply, CreditBody, toBalance } from '../billing/schema.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findAccount } from './find-account.ts';

export function addAccountCredit(
  app: App,
  deps: Pick<PlatformApiDeps, 'accounts' | 'billing' | 'ids'>,
): void {
  app.route({
    method: 'POST',
    url: '/accounts/:id/credits',
    config: { role: 'operator', find: findAccount(deps.accounts) },
    schema: {
      summary: "Add to an account's credit, or take some away",
      tags: ['Accounts'],
      params: IdParams,
      body: CreditBody,
      response: { 200: BalanceReply },
    },
    handler: async (request) => toBalance(await changeCredit(deps, request.params.id, request)),
  });
}
