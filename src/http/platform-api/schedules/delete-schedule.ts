import { Type } from 'typebox';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { ifMatchSave } from '../if-match.ts';
import { IdParams } from '../schemas.ts';
import { findSchedule } from './find-schedule.ts';

export function deleteSchedule(app: App, deps: Pick<PlatformApiDeps, 'schedules'>): void {
  app.route({
    method: 'DELETE',
    url: '/schedules/:id',
    config: { role: 'editor', find: findSchedule(deps), hasTag: true },
    schema: {
      summary: 'Remove a schedule',
      description:
        'Jobs that it has started go on. `If-Match: <ETag>` refuses (409) when somebody else saved the schedule in between.',
      tags: ['Schedules'],
      params: IdParams,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      await deps.schedules.remove(requireUser(request).accountId, request.params.id, {
        ifSavedAt: ifMatchSave(request, 'schedule'),
      });
      return reply.code(204).send(null);
    },
  });
}
