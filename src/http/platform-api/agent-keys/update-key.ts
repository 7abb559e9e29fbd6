import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { checkAgentIds } from './check-agent-ids.ts';
import { findKey } from './find-key.ts';
import { Key, toKey, toKeyUpdate, UpdateKeyBody } from './schema.ts';

type UpdateDeps = Pick<PlatformApiDeps, 'accounts' | 'agents' | 'crews' | 'billing'>;

export function updateKey(app: App, deps: UpdateDeps): void {
  app.route({
    method: 'PATCH',
    url: '/agent-keys/:id',
    config: { role: 'admin', find: findKey(deps) },
    schema: {
      summary: 'Change an agent key',
      description: 'In force at once. What is left out stays; null takes a limit away.',
      tags: ['Agent keys'],
      params: IdParams,
      body: UpdateKeyBody,
      response: { 200: Key },
    },
    handler: async (request) => {
      const { accountId } = requireUser(request);
      const { id } = request.params;
      await checkAgentIds(deps, accountId, request.body.agent_ids);
      const key = await deps.accounts.updateKey(accountId, id, toKeyUpdate(request.body), actorOf(request));
      return toKey(key, (await deps.billing.spentByKeys(accountId, [id])).get(id));
    },
  });
}
