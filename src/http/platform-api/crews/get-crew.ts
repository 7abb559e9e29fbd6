import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findCrew } from './find-crew.ts';
import { revisionTag } from './if-match.ts';
import { CrewReply } from './schema.ts';
import { toCrew } from './to-crew.ts';

export function getCrew(app: App, deps: Pick<PlatformApiDeps, 'crews'>): void {
  app.route({
    method: 'GET',
    url: '/crews/:id',
    config: { role: 'viewer', find: findCrew(deps), hasTag: true },
    schema: { summary: 'One crew', tags: ['Crews'], params: IdParams, response: { 200: CrewReply } },
    handler: async (request, reply) => {
      const crew = await deps.crews.getCrew(requireUser(request).accountId, request.params.id);
      return reply.header('etag', revisionTag(crew)).send(toCrew(crew));
    },
  });
}
