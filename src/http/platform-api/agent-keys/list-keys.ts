import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { KeyList, KeyListQuery, toKey } from './schema.ts';

export function listKeys(
  app: App,
  { accounts, billing }: Pick<PlatformApiDeps, 'accounts' | 'billing'>,
): void {
  app.route({
    method: 'GET',
    url: '/agent-keys',
    config: { role: 'admin' },
    schema: {
      summary: 'List the agent keys, the newest first',
      description: 'With their caps and what is left of them; calls under way are not counted yet.',
      tags: ['Agent keys'],
      querystring: KeyListQuery,
      response: { 200: KeyList },
    },
    handler: async (request) => {
      const { accountId } = requireUser(request);
      const { page, limit, capped } = request.query;
      const { items, total } = await accounts.listKeys(accountId, { page, limit }, { capped });
      const spend = await billing.spentByKeys(
        accountId,
        items.map(({ id }) => id),
      );
      return { keys: items.map((key) => toKey(key, spend.get(key.id))), total, page };
    },
  });
}
