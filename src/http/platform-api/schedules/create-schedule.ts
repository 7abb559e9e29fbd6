import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { toInputs } from '../executions/to-execution.ts';
import { CreateScheduleBody, ScheduleReply, toSchedule } from './schema.ts';

export function createSchedule(
  app: App,
  { names, schedules }: Pick<PlatformApiDeps, 'names' | 'schedules'>,
): void {
  app.route({
    method: 'POST',
    url: '/schedules',
    config: { role: 'editor' },
    schema: {
      summary: 'Start a crew by the clock',
      description: 'What starting the crew with these inputs would refuse is refused now.',
      tags: ['Schedules'],
      body: CreateScheduleBody,
      response: { 201: ScheduleReply },
    },
    handler: async (request, reply) => {
      const { accountId, userId } = requireUser(request);
      const { crew_id: crewId, inputs, enabled: isEnabled, cron, timezone, name } = request.body;
      const input = { crewId, inputs: toInputs(inputs), isEnabled, cron, timezone, name };
      const schedule = await schedules.create(accountId, input, userId);
      return reply.code(201).send(toSchedule(schedule, await names(accountId, [crewId])));
    },
  });
}
