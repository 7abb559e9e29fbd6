import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { readFrom, readTo } from '../times.ts';
import { ExecutionList, ExecutionListQuery } from './schema.ts';
import { toExecution } from './to-execution.ts';

export function listExecutions(app: App, { executions }: Pick<PlatformApiDeps, 'executions'>): void {
  app.route({
    method: 'GET',
    url: '/executions',
    config: { role: 'viewer' },
    schema: {
      summary: 'List the jobs, the newest first',
      tags: ['Executions'],
      querystring: ExecutionListQuery,
      response: { 200: ExecutionList },
    },
    handler: async (request) => {
      const { page, limit, crew_id: crewId, batch_id: batchId, status, brief } = request.query;
      const { accountId } = requireUser(request);
      const from = readFrom('from', request.query.from);
      const to = readTo('to', request.query.to);
      const filters = { crewId, batchId, status, from, to };
      const found = await executions.list(accountId, filters, { page, limit }, { brief });
      return { executions: found.items.map(toExecution), total: found.total, page };
    },
  });
}
