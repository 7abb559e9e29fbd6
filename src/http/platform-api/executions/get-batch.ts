import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { partOf } from '../parts.ts';
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
        'Figures of all its jobs, and the jobs themselves: all of them, unless a page is asked for.',
      tags: ['Executions'],
      params: IdParams,
      querystring: BatchQuery,
      response: { 200: BatchReply },
    },
    handler: async (request) => {
      const page = partOf(request.query);
      const { accountId } = requireUser(request);
      const options = { brief: request.query.brief, page };
      const batch = await executions.getBatch(accountId, request.params.id, options);
      return { ...toBatch(batch), page: page?.page ?? 1 };
    },
  });
}
