import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { BatchReply } from './schema.ts';
import { toBatch } from './to-execution.ts';

export function getBatch(app: App, { executions }: Pick<PlatformApiDeps, 'executions'>): void {
  app.route({
    method: 'GET',
    url: '/batches/:id',
    config: {
      role: 'viewer',
      find: ({ accountId }, { id = '' }) => executions.getBatch(accountId, id),
    },
    schema: {
      summary: 'One batch, with each of its jobs',
      tags: ['Executions'],
      params: IdParams,
      response: { 200: BatchReply },
    },
    handler: async (request) =>
      toBatch(await executions.getBatch(requireUser(request).accountId, request.params.id)),
  });
}
