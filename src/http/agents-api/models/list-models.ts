import { requirePrincipal } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { AgentsApiDeps } from '../plugin.ts';
import { ModelList } from './schema.ts';

export function listModels(app: App, { listCallable }: Pick<AgentsApiDeps, 'listCallable'>): void {
  app.route({
    method: 'GET',
    url: '/models',
    schema: {
      summary: 'List the agents and crews that this key may call',
      tags: ['Models'],
      response: { 200: ModelList },
    },
    handler: async (request) => {
      const callable = await listCallable(requirePrincipal(request));
      return {
        object: 'list' as const,
        data: callable.map(({ id, createdAt, ownedBy, name }) => ({
          id,
          object: 'model' as const,
          created: Math.floor(createdAt / 1000),
          owned_by: ownedBy,
          name,
        })),
      };
    },
  });
}
