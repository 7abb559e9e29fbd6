import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findExecution } from './find-execution.ts';
import { StatusReply } from './schema.ts';

export function stopExecution(app: App, deps: Pick<PlatformApiDeps, 'executions'>): void {
  app.route({
    method: 'POST',
    url: '/executions/:id/stop',
    config: { role: 'editor', find: findExecution(deps) },
    schema: {
      summary: 'Stop a job',
      description:
        'From any state. No call of it is under way when this is answered; what it made until then is kept. A job that has ended stays as it is.',
      tags: ['Executions'],
      params: IdParams,
      response: { 200: StatusReply },
    },
    handler: async (request) => {
      const { id } = request.params;
      return { job_id: id, status: await deps.executions.stop(requireUser(request).accountId, id) };
    },
  });
}
