import { checkMaxCost } from '../crew-config.ts';
import { crewErrors } from '../errors.ts';
import { readPlan } from './crew-job.ts';
import type { ExecutionsDependencies } from './deps.ts';
import type { RerunRequest } from './executions.ts';
import { keepOutputs } from './keep-outputs.ts';
import { planJobs } from './plan-jobs.ts';
import type { Execution, PinnedJob } from './types.ts';

/** The plan of a job that is done again, with what the old one made before the task from which on it is. */
export async function planRerun(
  deps: ExecutionsDependencies,
  accountId: string,
  execution: Execution,
  { fromTask, inputs, useCurrentCrew = false, caller, maxCostNanoUsd }: RerunRequest,
): Promise<PinnedJob> {
  const { jobId } = execution;
  const record = await deps.engine.get(accountId, jobId);
  if (!record) throw crewErrors.job_not_found(`There is no job '${jobId}'.`);
  const old = readPlan(record.input);
  if (!useCurrentCrew && inputs === undefined) {
    if (maxCostNanoUsd !== undefined) checkMaxCost(maxCostNanoUsd);
    const same = { ...old, caller, isGated: false };
    const bound = maxCostNanoUsd?.toString() ?? old.maxCostNanoUsd;
    return keepOutputs({ ...same, maxCostNanoUsd: bound }, execution, fromTask);
  }
  // What was pinned has its placeholders filled; with other inputs it has to be made anew.
  const plan = await planJobs(deps, accountId, old.crewId);
  const merged = { ...old.inputs, ...inputs };
  const anew = await plan({ inputs: merged, caller, endUser: old.endUser, maxCostNanoUsd });
  return keepOutputs(anew, execution, fromTask);
}
