import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { CreatedTask, TaskBody } from './schema.ts';
import { toTaskInput } from './to-task.ts';

export function createTask(app: App, { crews }: Pick<PlatformApiDeps, 'crews'>): void {
  app.route({
    method: 'POST',
    url: '/tasks',
    config: { role: 'editor' },
    schema: {
      summary: 'Make a task',
      description: "It comes last in its crew: the one that is named, else its agent's.",
      tags: ['Tasks'],
      body: TaskBody,
      response: { 201: CreatedTask },
    },
    handler: async (request, reply) => {
      const { id } = await crews.createTask(requireUser(request).accountId, toTaskInput(request.body));
      return reply.code(201).send({ id, status: 'created' });
    },
  });
}
