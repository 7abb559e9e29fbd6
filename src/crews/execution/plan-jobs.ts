import { checkMaxCost } from '../crew-config.ts';
import type { ExecutionsDependencies } from './deps.ts';
import type { StartRequest } from './executions.ts';
import { pinCrew } from './pin-crew.ts';
import type { PinnedJob } from './types.ts';

export interface PlanRequest extends Omit<StartRequest, 'crewId'> {
  /** Of a batch: which item of it, and whether it waits for its turn. */
  readonly item?: number;
  readonly isGated?: boolean;
}

/**
 * Makes plans of the crew as it is at this moment. Whatever a job would fail at from the start is refused here, before
 * anything is spent: what the crew or its inputs lack, a model that can not be called.
 */
export async function planJobs(
  deps: ExecutionsDependencies,
  accountId: string,
  crewId: string,
): Promise<(request: PlanRequest) => Promise<PinnedJob>> {
  const { agents, crews, knowledge, models } = deps;
  const whole = await crews.getCrew(accountId, crewId);
  const hasDocuments = (account: string, agentId: string) => knowledge.hasDocuments(account, agentId);
  const callable = new Set<string>();
  return async ({ inputs, item, caller, endUser = '', maxCostNanoUsd, isGated = false }) => {
    if (maxCostNanoUsd !== undefined) checkMaxCost(maxCostNanoUsd);
    const plan = await pinCrew(
      { agents, hasDocuments },
      { whole, inputs, item, caller, endUser, isGated, maxCostNanoUsd },
    );
    for (const { model } of [plan.leader, ...plan.agents]) {
      if (callable.has(model)) continue;
      await models.callable(accountId, model);
      callable.add(model);
    }
    return plan;
  };
}
