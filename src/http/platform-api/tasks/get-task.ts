import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { saveTag } from '../if-match.ts';
import { IdParams } from '../schemas.ts';
import { findTask } from './find-task.ts';
import { TaskReply } from './schema.ts';
import { toTask } from './to-task.ts';

export function getTask(app: App, deps: Pick<PlatformApiDeps, 'crews'>): void {
  app.route({
    method: 'GET',
    url: '/tasks/:id',
    config: { role: 'viewer', find: findTask(deps), hasTag: true },
    schema: { summary: 'One task', tags: ['Tasks'], params: IdParams, response: { 200: TaskReply } },
    handler: async (request, reply) => {
      const task = await deps.crews.getTask(requireUser(request).accountId, request.params.id);
      return reply.header('etag', saveTag(task)).send(toTask(task));
    },
  });
}
