import { doneOnce } from '../../idempotency.ts';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import { readOptionalUsd } from '../amounts.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findExecution } from './find-execution.ts';
import { RerunBody, StartedReply } from './schema.ts';
import { toCaller, toInputs, toStarted } from './to-execution.ts';

export function rerunExecution(app: App, deps: Pick<PlatformApiDeps, 'executions'>): void {
  app.route({
    method: 'POST',
    url: '/executions/:id/rerun',
    config: { role: 'editor', find: findExecution(deps) },
    schema: {
      summary: 'Do a job again, whole or from a task on',
      description: 'A new job. Inputs that are given take the place of the old ones.',
      tags: ['Executions'],
      params: IdParams,
      body: RerunBody,
      response: { 202: StartedReply },
    },
    handler: async (request, reply) => {
      const user = requireUser(request);
      const { from_task: fromTask, inputs, use_current_crew: useCurrentCrew } = request.body;
      const maxCostNanoUsd = readOptionalUsd('max_cost_usd', request.body.max_cost_usd);
      const started = await deps.executions.rerun(user.accountId, request.params.id, {
        ...{ fromTask, useCurrentCrew, maxCostNanoUsd, caller: toCaller(user), alsoKeep: doneOnce(request) },
        inputs: inputs === undefined ? undefined : toInputs(inputs),
      });
      return reply.code(202).send(toStarted(started));
    },
  });
}
