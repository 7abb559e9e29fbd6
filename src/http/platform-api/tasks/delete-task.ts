import { Type } from 'typebox';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { ifMatchSave } from '../if-match.ts';
import { IdParams } from '../schemas.ts';
import { findTask } from './find-task.ts';

export function deleteTask(app: App, deps: Pick<PlatformApiDeps, 'crews'>): void {
  app.route({
    method: 'DELETE',
    url: '/tasks/:id',
    config: { role: 'editor', find: findTask(deps), hasTag: true },
    schema: {
      summary: 'Delete a task',
      description:
        'Tasks that name it in their `context` do so no more. Jobs that have it already go on with it. `If-Match: <ETag>` refuses (409) when somebody else saved the task in between.',
      tags: ['Tasks'],
      params: IdParams,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      await deps.crews.deleteTask(requireUser(request).accountId, request.params.id, {
        ifSavedAt: ifMatchSave(request, 'task'),
      });
      return reply.code(204).send(null);
    },
  });
}
