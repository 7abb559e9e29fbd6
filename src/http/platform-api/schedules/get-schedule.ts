import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { saveTag } from '../if-match.ts';
import { IdParams } from '../schemas.ts';
import { findSchedule } from './find-schedule.ts';
import { ScheduleReply, toSchedule } from './schema.ts';

export function getSchedule(app: App, deps: Pick<PlatformApiDeps, 'names' | 'schedules'>): void {
  app.route({
    method: 'GET',
    url: '/schedules/:id',
    config: { role: 'viewer', find: findSchedule(deps), hasTag: true },
    schema: {
      summary: 'One schedule',
      tags: ['Schedules'],
      params: IdParams,
      response: { 200: ScheduleReply },
    },
    handler: async (request, reply) => {
      const { accountId } = requireUser(request);
      const schedule = await deps.schedules.get(accountId, request.params.id);
      const names = await deps.names(accountId, [schedule.crewId]);
      return reply.header('etag', saveTag(schedule)).send(toSchedule(schedule, names));
    },
  });
}
