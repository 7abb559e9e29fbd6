import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { ScheduleList, ScheduleQuery, toSchedule } from './schema.ts';

export function listSchedules(app: App, { schedules }: Pick<PlatformApiDeps, 'schedules'>): void {
  app.route({
    method: 'GET',
    url: '/schedules',
    config: { role: 'viewer' },
    schema: {
      summary: 'List schedules, the newest first',
      tags: ['Schedules'],
      querystring: ScheduleQuery,
      response: { 200: ScheduleList },
    },
    handler: async (request) => {
      const { crew_id: crewId, ...page } = request.query;
      const found = await schedules.list(requireUser(request).accountId, { crewId }, page);
      return { schedules: found.items.map(toSchedule), total: found.total, page: found.page };
    },
  });
}
