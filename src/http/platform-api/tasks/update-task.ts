import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { ifMatchSave, saveTag } from '../if-match.ts';
import { IdParams } from '../schemas.ts';
import { findTask } from './find-task.ts';
import { TaskBody, TaskReply } from './schema.ts';
import { toTask, toTaskInput } from './to-task.ts';

export function updateTask(app: App, deps: Pick<PlatformApiDeps, 'crews'>): void {
  for (const method of ['PUT', 'PATCH'] as const) {
    app.route({
      method,
      url: '/tasks/:id',
      config: { role: 'editor', find: findTask(deps), hasTag: true },
      schema: {
        summary: 'Change a task',
        description:
          'What is left out stays, null sets the default. Jobs that run already go on with what it was. `If-Match: <ETag>` refuses (409) when somebody else saved the task in between.',
        tags: ['Tasks'],
        params: IdParams,
        body: TaskBody,
        response: { 200: TaskReply },
      },
      handler: async (request, reply) => {
        const { accountId } = requireUser(request);
        const { id } = request.params;
        const options = { ifSavedAt: ifMatchSave(request, 'task') };
        const task = await deps.crews.updateTask(accountId, id, toTaskInput(request.body), options);
        return reply.header('etag', saveTag(task)).send(toTask(task));
      },
    });
  }
}
