import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findKey } from './find-key.ts';
import { Key, toKey } from './schema.ts';

export function getKey(app: App, deps: Pick<PlatformApiDeps, 'accounts' | 'billing'>): void {
  app.route({
    method: 'GET',
    url: '/agent-keys/:id',
    config: { role: 'admin', find: findKey(deps) },
    schema: { summary: 'One agent key', tags: ['Agent keys'], params: IdParams, response: { 200: Key } },
    handler: async (request) => {
      const { accountId } = requireUser(request);
      const { id } = request.params;
      const key = await deps.accounts.getKey(accountId, id);
      return toKey(key, (await deps.billing.spentByKeys(accountId, [id])).get(id));
    },
  });
}
