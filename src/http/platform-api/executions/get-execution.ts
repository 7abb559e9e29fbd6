import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findExecution } from './find-execution.ts';
import { ExecutionReply } from './schema.ts';
import { toExecution } from './to-execution.ts';

export function getExecution(app: App, deps: Pick<PlatformApiDeps, 'executions'>): void {
  app.route({
    method: 'GET',
    url: '/executions/:id',
    config: { role: 'viewer', find: findExecution(deps) },
    schema: { summary: 'One job', tags: ['Executions'], params: IdParams, response: { 200: ExecutionReply } },
    handler: async (request) =>
      toExecution(await deps.executions.getWhole(requireUser(request).accountId, request.params.id)),
  });
}
