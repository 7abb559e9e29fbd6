import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findSchedule } from './find-schedule.ts';
import { ScheduleReply, toSchedule } from './schema.ts';

export function getSchedule(app: App, deps: Pick<PlatformApiDeps, 'names' | 'schedules'>): void {
  app.route({
    method: 'GET',
    url: '/schedules/:id',
    config: { role: 'viewer', find: findSchedule(deps) },
    schema: {
      summary: 'One schedule',
      tags: ['Schedules'],
      params: IdParams,
      response: { 200: ScheduleReply },
    },
    handler: async (request) => {
      const { accountId } = requireUser(request);
      const schedule = await deps.schedules.get(accountId, request.params.id);
      return toSchedule(schedule, await deps.names(accountId, [schedule.crewId]));
    },
  });
}
