import { isoTime } from '../../../lib/clock.ts';
import { isJsonObject } from '../../../lib/json.ts';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { takePart } from '../parts.ts';
import { IdParams } from '../schemas.ts';
import { findExecution } from './find-execution.ts';
import { WaitList, WaitQuery } from './schema.ts';

export function listWaits(app: App, deps: Pick<PlatformApiDeps, 'executions'>): void {
  app.route({
    method: 'GET',
    url: '/executions/:id/waits',
    config: { role: 'viewer', find: findExecution(deps) },
    schema: {
      summary: 'What a job waits for people to say',
      tags: ['Executions'],
      params: IdParams,
      querystring: WaitQuery,
      response: { 200: WaitList },
    },
    handler: async (request) => {
      const open = await deps.executions.openWaits(requireUser(request).accountId, request.params.id);
      const { items, total, page } = takePart(open, request.query);
      return {
        waits: items.map(({ scope, reason, detail, since }) => ({
          task_id: scope.split('/')[0] ?? '',
          reason: isJsonObject(detail) && typeof detail.reason === 'string' ? detail.reason : reason,
          prompt: isJsonObject(detail) && typeof detail.prompt === 'string' ? detail.prompt : '',
          since: isoTime(since),
        })),
        total,
        page,
      };
    },
  });
}
