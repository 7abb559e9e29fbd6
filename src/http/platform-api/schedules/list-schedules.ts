import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { ScheduleList, ScheduleQuery, toSchedule } from './schema.ts';

export function listSchedules(
  app: App,
  { names, schedules }: Pick<PlatformApiDeps, 'names' | 'schedules'>,
): void {
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
      const { accountId } = requireUser(request);
      const found = await schedules.list(accountId, { crewId }, page);
      const named = await names(
        accountId,
        found.items.map((schedule) => schedule.crewId),
      );
      return {
        schedules: found.items.map((each) => toSchedule(each, named)),
        total: found.total,
        page: found.page,
      };
    },
  });
}
