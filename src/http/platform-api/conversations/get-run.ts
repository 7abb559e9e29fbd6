import { commonErrors } from '../../../lib/errors.ts';
import type { PastRun } from '../../../runs/index.ts';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { FindObject } from '../access.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { RunReply, toRun } from './run-schema.ts';

export function getRun(app: App, deps: Pick<PlatformApiDeps, 'runs'>): void {
  const require = async (accountId: string, id: string): Promise<PastRun> => {
    const run = await deps.runs.findRun(accountId, id);
    if (!run) throw commonErrors.not_found(`There is no run '${id}'.`);
    return run;
  };
  const find: FindObject = ({ accountId }, { id = '' }) => require(accountId, id);
  app.route({
    method: 'GET',
    url: '/runs/:id',
    config: { role: 'viewer', find },
    schema: {
      summary: 'How one answer came about',
      description:
        'Its model and tool calls in order, with tokens, cost and duration. What was said stands in the turn of its conversation, where tool calls have the same `call_id`.',
      tags: ['Conversations'],
      params: IdParams,
      response: { 200: RunReply },
    },
    handler: async (request) => toRun(await require(requireUser(request).accountId, request.params.id)),
  });
}
