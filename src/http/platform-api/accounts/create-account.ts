import { actorOf, requireUser } from '../../principal.ts';
import { publicAddress } from '../../public-address.ts';
import type { App } from '../../types.ts';
import { readUsd } from '../amounts.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { toSetup, toUser } from '../users/schema.ts';
import { setupUrl } from '../users/setup-url.ts';
import { CreateAccountBody, CreatedAccount, toAccount, toLimits } from './schema.ts';

export function createAccount(
  app: App,
  deps: Pick<PlatformApiDeps, 'accounts' | 'startingCreditNanoUsd' | 'publicUrl'>,
): void {
  app.route({
    method: 'POST',
    url: '/accounts',
    config: { role: 'operator' },
    schema: {
      summary: 'Make an account with its owner',
      tags: ['Accounts'],
      body: CreateAccountBody,
      response: { 201: CreatedAccount },
    },
    handler: async (request, reply) => {
      const { name, owner_email, owner_password, tier, credit_usd, limits } = request.body;
      const { accountId, userId } = requireUser(request);
      const input = {
        name,
        ownerEmail: owner_email,
        ownerPassword: owner_password,
        tier,
        limits: limits && toLimits(limits),
        creditNanoUsd:
          credit_usd === undefined ? deps.startingCreditNanoUsd : readUsd('credit_usd', credit_usd),
        createdBy: userId,
      };
      const by = { by: actorOf(request), ofAccountId: accountId };
      const { account, owner, setupToken } = await deps.accounts.createAccount(input, by);
      return reply.code(201).send({
        ...toAccount(account),
        owner: {
          ...toUser(owner),
          ...toSetup(setupToken, (token) => setupUrl(publicAddress(request, deps.publicUrl), token)),
        },
      });
    },
  });
}
