import { invalid } from '../../../lib/errors.ts';
import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import { readUsd } from '../amounts.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { BalanceReply, CreditBody, toBalance } from './schema.ts';

/** One person's change; far above any real one, and the balance stays exact as a JSON number. */
const MAX_CREDIT_USD = 1_000_000;

export function addCredit(app: App, { billing, ids }: Pick<PlatformApiDeps, 'billing' | 'ids'>): void {
  app.route({
    method: 'POST',
    url: '/billing/credits',
    config: { role: 'owner' },
    schema: {
      summary: 'Add credit, or take some away',
      tags: ['Billing'],
      body: CreditBody,
      response: { 200: BalanceReply },
    },
    handler: async (request) => {
      const { accountId, userId } = requireUser(request);
      const { amount_usd, reason } = request.body;
      if (amount_usd === 0 || Math.abs(amount_usd) > MAX_CREDIT_USD) {
        throw invalid('amount_usd', 'must not be 0, and at most 1,000,000 either way');
      }
      const size = readUsd('amount_usd', Math.abs(amount_usd));
      const balance = await billing.adjust({
        id: ids.next('credit_'),
        accountId,
        amountNanoUsd: amount_usd < 0 ? -size : size,
        reason: reason.trim(),
        actor: userId,
        by: actorOf(request),
      });
      return toBalance(balance);
    },
  });
}
