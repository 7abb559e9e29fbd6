import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findCrew } from './find-crew.ts';
import { revisionTag } from './if-match.ts';
import { CrewReply } from './schema.ts';
import { toCrew } from './to-crew.ts';

export function getCrew(app: App, deps: Pick<PlatformApiDeps, 'billing' | 'crews'>): void {
  app.route({
    method: 'GET',
    url: '/crews/:id',
    config: { role: 'viewer', find: findCrew(deps), hasTag: true },
    schema: {
      summary: 'One crew',
      description:
        'With its agents and what has been spent of their caps; calls under way are not counted yet.',
      tags: ['Crews'],
      params: IdParams,
      response: { 200: CrewReply },
    },
    handler: async (request, reply) => {
      const { accountId } = requireUser(request);
      const crew = await deps.crews.getCrew(accountId, request.params.id);
      const spend = await deps.billing.spentByAgents(
        accountId,
        crew.agents.map(({ id }) => id),
      );
      return reply.header('etag', revisionTag(crew)).send(toCrew(crew, spend));
    },
  });
}
