import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { BatchQuery, BatchReply } from './schema.ts';
import { toBatch } from './to-execution.ts';

export function getBatch(app: App, { executions }: Pick<PlatformApiDeps, 'executions'>): void {
  app.route({
    method: 'GET',
    url: '/batches/:id',
    config: {
      role: 'viewer',
      find: ({ accountId }, { id = '' }) => executions.requireBatch(accountId, id),
    },
    schema: {
      summary: 'One batch, with its jobs',
      description:
        'Figures of all its jobs, and the jobs themselves: all of them, or a page where `limit` is given.',
      tags: ['Executions'],
      params: IdParams,
      querystring: BatchQuery,
      response: { 200: BatchReply },
    },
    handler: async (request) => {
      const { page = 1, limit, brief } = request.query;
      const { accountId } = requireUser(request);
      const options = { brief, page: limit === undefined ? undefined : { page, limit } };
      return toBatch(await executions.getBatch(accountId, request.params.id, options));
    },
  });
}
