import { doneOnce } from '../../idempotency.ts';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import { readOptionalUsd } from '../amounts.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { BatchBody, BatchStarted } from './schema.ts';
import { toCaller, toInputs } from './to-execution.ts';

export function startBatch(app: App, { executions }: Pick<PlatformApiDeps, 'executions'>): void {
  app.route({
    method: 'POST',
    url: '/executions/batch',
    config: { role: 'editor' },
    schema: {
      summary: 'Start a job for each of many inputs',
      description: 'All or none. At most `concurrency` of them run at once; the others are queued.',
      tags: ['Executions'],
      body: BatchBody,
      response: { 202: BatchStarted },
    },
    handler: async (request, reply) => {
      const user = requireUser(request);
      const { crew_id: crewId, inputs, concurrency, user: endUser, max_cost_usd: maxCostUsd } = request.body;
      const { batchId, jobIds } = await executions.startBatch(user.accountId, {
        ...{ crewId, concurrency, endUser, caller: toCaller(user), alsoKeep: doneOnce(request) },
        inputs: inputs.map(toInputs),
        maxCostNanoUsd: readOptionalUsd('max_cost_usd', maxCostUsd),
      });
      const jobs = jobIds.map((jobId) => ({ job_id: jobId, status: 'queued' as const }));
      return reply.code(202).send({ batch_id: batchId, jobs });
    },
  });
}
