import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findSchedule } from './find-schedule.ts';
import { RunReply } from './schema.ts';

export function runSchedule(app: App, deps: Pick<PlatformApiDeps, 'schedules'>): void {
  app.route({
    method: 'POST',
    url: '/schedules/:id/run',
    config: { role: 'editor', find: findSchedule(deps) },
    schema: {
      summary: 'Start the crew of a schedule now',
      description: 'Enabled or not; its times stay as they are.',
      tags: ['Schedules'],
      params: IdParams,
      response: { 202: RunReply },
    },
    handler: async (request, reply) => {
      const { accountId, userId } = requireUser(request);
      const jobId = await deps.schedules.run(accountId, request.params.id, userId);
      return reply.code(202).send({ job_id: jobId, status: 'queued' });
    },
  });
}
