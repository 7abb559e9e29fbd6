import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { changeCredit, checkMayChangeOwnCredit } from './change-credit.ts';
import { BalanceReply, CreditBody, toBalance } from './schema.ts';

export function addCredit(app: App, deps: Pick<PlatformApiDeps, 'accounts' | 'billing' | 'ids'>): void {
  app.route({
    method: 'POST',
    url: '/billing/credits',
    config: { role: 'owner' },
    schema: {
      summary: 'Add credit, or take some away',
      description:
        "For the operator's own account. The credit of others is the operator's to give, with `POST /accounts/{id}/credits`; their owners get 403 here.",
      tags: ['Billing'],
      body: CreditBody,
      response: { 200: BalanceReply },
    },
    handler: async (request) => {
      const user = requireUser(request);
      await checkMayChangeOwnCredit(deps.accounts, user);
      return toBalance(await changeCredit(deps, user.accountId, request));
    },
  });
}
