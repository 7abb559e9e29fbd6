import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import { readOptionalUsd } from '../amounts.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findExecution } from './find-execution.ts';
import { ResumeBody, StatusReply } from './schema.ts';

export function resumeExecution(app: App, deps: Pick<PlatformApiDeps, 'executions'>): void {
  app.route({
    method: 'POST',
    url: '/executions/:id/resume',
    config: { role: 'editor', find: findExecution(deps) },
    schema: {
      summary: 'Answer a task that waits for a person',
      description:
        'Approved, its output counts. Not approved, it is done again with the feedback; without feedback the task fails. A job that waits at its max_cost_usd goes on with a higher one. 409 when it does not wait.',
      tags: ['Executions'],
      params: IdParams,
      body: ResumeBody,
      response: { 200: StatusReply },
    },
    handler: async (request) => {
      const { id } = request.params;
      const { task_id: taskId, approve, feedback, max_cost_usd: maxCostUsd } = request.body;
      const { accountId } = requireUser(request);
      const maxCostNanoUsd = readOptionalUsd('max_cost_usd', maxCostUsd);
      const answer = { taskId, approve, feedback, maxCostNanoUsd };
      const status = await deps.executions.resume(accountId, id, answer);
      return { job_id: id, status };
    },
  });
}
