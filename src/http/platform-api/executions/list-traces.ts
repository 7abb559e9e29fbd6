import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { partOf } from '../parts.ts';
import { IdParams } from '../schemas.ts';
import { findExecution } from './find-execution.ts';
import { TraceList, TraceQuery } from './schema.ts';

export function listTraces(app: App, deps: Pick<PlatformApiDeps, 'executions'>): void {
  app.route({
    method: 'GET',
    url: '/executions/:id/traces',
    config: { role: 'viewer', find: findExecution(deps) },
    schema: {
      summary: 'What happened in a job, in order',
      description: 'All of it, unless a page is asked for.',
      tags: ['Executions'],
      params: IdParams,
      querystring: TraceQuery,
      response: { 200: TraceList },
    },
    handler: async (request) => {
      const { accountId } = requireUser(request);
      const found = await deps.executions.traces(accountId, request.params.id, partOf(request.query));
      return { traces: [...found.items], total: found.total, page: found.page };
    },
  });
}
