import { Type } from 'typebox';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findCrew } from './find-crew.ts';
import { ifMatchRevision } from './if-match.ts';
import { DeleteCrewQuery } from './schema.ts';

export function deleteCrew(app: App, deps: Pick<PlatformApiDeps, 'crews' | 'executions'>): void {
  app.route({
    method: 'DELETE',
    url: '/crews/:id',
    config: { role: 'editor', find: findCrew(deps), hasTag: true },
    schema: {
      summary: 'Delete a crew',
      description:
        'Refused (409) while a job of it is open, unless forced. Its agents and past jobs stay. `If-Match: <revision>` refuses (409) when somebody else saved the crew, an agent or a task of it in between.',
      tags: ['Crews'],
      params: IdParams,
      querystring: DeleteCrewQuery,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      const { accountId } = requireUser(request);
      const { id } = request.params;
      const stopJobs = request.query.force ? () => deps.executions.stopAll(accountId, id) : undefined;
      await deps.crews.deleteCrew(accountId, id, { stopJobs, ifRevision: ifMatchRevision(request) });
      return reply.code(204).send(null);
    },
  });
}
