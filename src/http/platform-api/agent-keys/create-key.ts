import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { checkAgentIds } from './check-agent-ids.ts';
import { CreatedKey, CreateKeyBody, toKey, toKeyUpdate } from './schema.ts';

export function createKey(app: App, deps: Pick<PlatformApiDeps, 'accounts' | 'agents' | 'crews'>): void {
  app.route({
    method: 'POST',
    url: '/agent-keys',
    config: { role: 'admin' },
    schema: {
      summary: 'Make an agent key',
      description: 'The reply is the only one that has the key itself.',
      tags: ['Agent keys'],
      body: CreateKeyBody,
      response: { 201: CreatedKey },
    },
    handler: async (request, reply) => {
      const { accountId, userId } = requireUser(request);
      const { name, agent_ids } = request.body;
      await checkAgentIds(deps, accountId, agent_ids);
      const made = await deps.accounts.createKey(
        accountId,
        { ...toKeyUpdate(request.body), name },
        userId,
        actorOf(request),
      );
      return reply.code(201).send({ ...toKey(made), key: made.key });
    },
  });
}
