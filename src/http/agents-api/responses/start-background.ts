import type { Statement } from '../../../db/index.ts';
import { invalid } from '../../../lib/errors.ts';
import { encodeJob, RESPONSE_JOB } from './background-jobs.ts';
import type { ResponsesDeps } from './deps.ts';
import type { PreparedResponse } from './prepare-response.ts';
import { encodeRequest } from './stored-response.ts';

/** Puts a response into the queue; it is on disk, and will be made whatever happens, when this resolves. */
export async function startBackground(
  { engine, runs, limits }: Pick<ResponsesDeps, 'engine' | 'runs' | 'limits'>,
  { prepared, plan, identity, agent, accountId }: PreparedResponse,
  alsoKeep: readonly Statement[],
): Promise<void> {
  if (plan.turn.store !== true) {
    throw invalid('background', 'needs store: true; a response that is not kept cannot be read later');
  }
  const response = {
    id: identity.uid,
    agentId: agent.id,
    runId: prepared.ids.runId,
    conversationId: prepared.ids.conversationId,
    status: 'queued',
    background: true,
    request: encodeRequest({ ...plan, echo: identity.echo }),
    recording: null,
    ending: null,
    createdAt: identity.createdAt,
  };
  const bound = await limits.boundJobs(accountId);
  await engine.enqueue({
    id: identity.uid,
    accountId,
    kind: RESPONSE_JOB,
    input: encodeJob({ request: prepared.pinned(), response, warnings: plan.warnings }),
    statements: [runs.responses.save(accountId, response), ...alsoKeep, ...bound.statements],
    refused: bound.refused,
  });
}
