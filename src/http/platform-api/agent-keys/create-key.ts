import { actorOf, requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { CreatedKey, CreateKeyBody, toKey, toKeyUpdate } from './schema.ts';

export function createKey(app: App, { accounts }: Pick<PlatformApiDeps, 'accounts'>): void {
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
      const { name } = request.body;
      const made = await accounts.createKey(
        accountId,
        { ...toKeyUpdate(request.body), name },
        userId,
        actorOf(request),
      );
      return reply.code(201).send({ ...toKey(made), key: made.key });
    },
  });
}
