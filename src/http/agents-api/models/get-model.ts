import { Type } from 'typebox';
import { requirePrincipal } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { AgentsApiDeps } from '../plugin.ts';
import { ModelDetails } from './schema.ts';

export function getModel(app: App, { describeModel }: Pick<AgentsApiDeps, 'describeModel'>): void {
  app.route({
    method: 'GET',
    url: '/models/:id',
    schema: {
      summary: 'One agent or crew, in detail',
      tags: ['Models'],
      params: Type.Object({ id: Type.String() }),
      response: { 200: ModelDetails },
    },
    handler: (request) => describeModel(requirePrincipal(request), request.params.id),
  });
}
