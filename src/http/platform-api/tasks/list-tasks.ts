import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { TaskList, TaskListQuery } from './schema.ts';
import { toTask } from './to-task.ts';

export function listTasks(app: App, { crews }: Pick<PlatformApiDeps, 'crews'>): void {
  app.route({
    method: 'GET',
    url: '/tasks',
    config: { role: 'viewer' },
    schema: {
      summary: 'List the tasks',
      description: 'The newest first; those of one crew in its order.',
      tags: ['Tasks'],
      querystring: TaskListQuery,
      response: { 200: TaskList },
    },
    handler: async (request) => {
      const { page, limit, crew_id, agent_id } = request.query;
      const filters = { crewId: crew_id, agentId: agent_id };
      const found = await crews.listTasks(requireUser(request).accountId, { page, limit }, filters);
      return { tasks: found.items.map(toTask), total: found.total, page };
    },
  });
}
