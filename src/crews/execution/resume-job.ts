import { usdNumber } from '../../billing/index.ts';
import type { Engine, OpenWait } from '../../engine/index.ts';
import { invalid } from '../../lib/errors.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import { crewErrors } from '../errors.ts';
import { MAX_COST_WAIT } from './ask-for-more.ts';
import type { ExecutionStore } from './execution-store.ts';
import type { Execution } from './types.ts';

/** What a person says to a task that waits. */
export interface PersonsAnswer {
  /** Id or name. */
  readonly taskId: string;
  readonly approve: boolean;
  readonly feedback?: string | undefined;
  /** For a job that waits at the bound of its cost: the new bound. */
  readonly maxCostNanoUsd?: bigint | undefined;
}

/** Answers a task that waits. Throws not_waiting, or a 400 when the answer does not fit what is asked. */
export async function resumeJob(
  { engine, store }: { readonly engine: Engine; readonly store: ExecutionStore },
  accountId: string,
  execution: Execution,
  answer: PersonsAnswer,
): Promise<void> {
  const { taskId } = answer;
  const { jobId } = execution;
  const task = execution.tasks.find((candidate) => candidate.taskId === taskId || candidate.name === taskId);
  const scope = task?.taskId ?? taskId;
  const waits = await engine.openWaits(accountId, jobId);
  const wait = waits.find((open) => open.scope === scope || open.scope.startsWith(`${scope}/`));
  if (!wait) {
    throw crewErrors.not_waiting(
      `The task '${taskId}' does not wait for an answer. GET /executions/${jobId}/waits says which do.`,
    );
  }
  const isRaise = isMaxCostWait(wait);
  const bound = isRaise && answer.approve ? boundOf(execution, answer) : undefined;
  // The bound is the job's: whatever of it waits there goes on.
  const also = isRaise ? waits.filter((open) => open !== wait && isMaxCostWait(open)) : [];
  const outcome = await engine.answer(accountId, jobId, wait.name, toAnswer(wait, answer, bound), {
    also: also.map(({ name }) => name),
    statements: bound === undefined ? [] : [store.raiseMaxCost(accountId, jobId, bound)],
  });
  if (outcome !== 'answered') throw crewErrors.not_waiting(`The task '${taskId}' has just been answered.`);
}

function toAnswer(
  wait: OpenWait,
  { approve, feedback }: PersonsAnswer,
  bound: bigint | undefined,
): JsonObject {
  if (wait.reason === 'unknown_outcome') {
    return approve ? { action: 'retry' } : { action: 'fail', ...(feedback && { reason: feedback }) };
  }
  return {
    approve,
    ...(feedback !== undefined && { feedback }),
    ...(bound !== undefined && { max_cost_nano_usd: bound.toString(), max_cost_usd: usdNumber(bound) }),
  };
}

function isMaxCostWait({ detail }: OpenWait): boolean {
  return isJsonObject(detail) && detail.reason === MAX_COST_WAIT;
}

function boundOf({ maxCostNanoUsd: before = 0n }: Execution, { maxCostNanoUsd }: PersonsAnswer): bigint {
  if (maxCostNanoUsd !== undefined && maxCostNanoUsd > before) return maxCostNanoUsd;
  throw invalid(
    'max_cost_usd',
    `must be above the ${usdNumber(before)} that the job may cost now`,
    'The job waits at its max_cost_usd: approve it with a higher one, or send approve: false to end it.',
  );
}
