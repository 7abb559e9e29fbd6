import { doneOnce } from '../../idempotency.ts';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import { readOptionalUsd } from '../amounts.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { StartBody, StartedReply } from './schema.ts';
import { toCaller, toInputs, toStarted } from './to-execution.ts';

export function startExecution(app: App, { executions }: Pick<PlatformApiDeps, 'executions'>): void {
  app.route({
    method: 'POST',
    url: '/executions',
    config: { role: 'editor' },
    schema: {
      summary: 'Start a job of a crew',
      description:
        'The job goes on with the crew as it is now, whatever becomes of it. An input that a placeholder needs and that is missing is a 400 that names it.',
      tags: ['Executions'],
      body: StartBody,
      response: { 202: StartedReply },
    },
    handler: async (request, reply) => {
      const user = requireUser(request);
      const { crew_id: crewId, inputs, user: endUser, max_cost_usd: maxCostUsd } = request.body;
      const caller = toCaller(user);
      const started = await executions.start(user.accountId, {
        ...{ crewId, caller, endUser, alsoKeep: doneOnce(request) },
        inputs: toInputs(inputs),
        maxCostNanoUsd: readOptionalUsd('max_cost_usd', maxCostUsd),
      });
      return reply.code(202).send(toStarted(started));
    },
  });
}
