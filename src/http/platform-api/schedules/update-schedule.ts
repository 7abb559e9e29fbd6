import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { toInputs } from '../executions/to-execution.ts';
import { ifMatchSave, saveTag } from '../if-match.ts';
import { IdParams } from '../schemas.ts';
import { findSchedule } from './find-schedule.ts';
import { ScheduleReply, toSchedule, UpdateScheduleBody } from './schema.ts';

export function updateSchedule(app: App, deps: Pick<PlatformApiDeps, 'names' | 'schedules'>): void {
  app.route({
    method: 'PATCH',
    url: '/schedules/:id',
    config: { role: 'editor', find: findSchedule(deps), hasTag: true },
    schema: {
      summary: 'Change, disable or enable a schedule',
      description:
        'Its next time is counted from now. `If-Match: <ETag>` refuses (409) when somebody else saved the schedule in between.',
      tags: ['Schedules'],
      params: IdParams,
      body: UpdateScheduleBody,
      response: { 200: ScheduleReply },
    },
    handler: async (request, reply) => {
      const { crew_id: crewId, inputs, enabled: isEnabled, cron, timezone, name } = request.body;
      const update = {
        ...{ crewId, isEnabled, cron, timezone, name },
        inputs: inputs === undefined ? undefined : toInputs(inputs),
      };
      const { accountId } = requireUser(request);
      const schedule = await deps.schedules.update(accountId, request.params.id, update, {
        ifSavedAt: ifMatchSave(request, 'schedule'),
      });
      const names = await deps.names(accountId, [schedule.crewId]);
      return reply.header('etag', saveTag(schedule)).send(toSchedule(schedule, names));
    },
  });
}
