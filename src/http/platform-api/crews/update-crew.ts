import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findCrew } from './find-crew.ts';
import { ifMatchRevision, revisionTag } from './if-match.ts';
import { CrewBody, UpdatedCrew } from './schema.ts';
import { toCrewInput } from './to-crew.ts';

export function updateCrew(app: App, deps: Pick<PlatformApiDeps, 'crews'>): void {
  for (const method of ['PUT', 'PATCH'] as const) {
    app.route({
      method,
      url: '/crews/:id',
      config: { role: 'editor', find: findCrew(deps), hasTag: true },
      schema: {
        summary: 'Change a crew',
        description:
          'What is left out stays, null sets the default. `agents` and `tasks` take the place of those that there are: entries with an id are kept and changed, others are new. Jobs that run already go on with what the crew was. `If-Match: <revision>` refuses (409) when somebody else saved the crew, an agent or a task of it in between.',
        tags: ['Crews'],
        params: IdParams,
        body: CrewBody,
        response: { 200: UpdatedCrew },
      },
      handler: async (request, reply) => {
        const { accountId, userId } = requireUser(request);
        const { id } = request.params;
        const saved = await deps.crews.updateCrew(accountId, id, toCrewInput(request.body), {
          savedBy: userId,
          ifRevision: ifMatchRevision(request),
        });
        return reply.header('etag', revisionTag(saved)).send({ id, updated: true as const });
      },
    });
  }
}
