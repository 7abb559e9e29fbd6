import { invalid } from '../../lib/errors.ts';
import { MAX_BATCH } from './batches.ts';
import type { ExecutionsDependencies } from './deps.ts';
import type { ExecutionStore } from './execution-store.ts';
import type { BatchRequest } from './executions.ts';
import type { JobKeeper, PreparedJob } from './keep-jobs.ts';
import { planJobs } from './plan-jobs.ts';

const DEFAULT_CONCURRENCY = 5;

/** Starts one job for each of the inputs, all or none; those beyond the concurrency wait for their turn. */
export async function startBatch(
  {
    deps,
    store,
    keeper,
  }: {
    readonly deps: ExecutionsDependencies;
    readonly store: ExecutionStore;
    readonly keeper: JobKeeper;
  },
  accountId: string,
  { inputs, concurrency = DEFAULT_CONCURRENCY, alsoKeep, crewId, ...request }: BatchRequest,
): Promise<{ readonly batchId: string; readonly jobIds: readonly string[] }> {
  if (inputs.length > MAX_BATCH) throw invalid('inputs', `may have at most ${MAX_BATCH} entries`);
  const batchId = deps.ids.next('batch_');
  const plan = await planJobs(deps, accountId, crewId);
  // The order of their ids is the order in which they are let in and listed.
  const jobIds = inputs.map(() => deps.ids.next('job_')).sort();
  const jobs: PreparedJob[] = [];
  for (const [item, one] of inputs.entries()) {
    const pinned = await plan({ ...request, inputs: one, item, isGated: item >= concurrency });
    jobs.push(keeper.prepare(accountId, pinned, { batchId, jobId: jobIds[item] }));
  }
  const [first, ...rest] = jobs;
  if (!first) throw invalid('inputs', 'must have at least one entry');
  const batch = store.insertBatch({ id: batchId, accountId, crewId, concurrency, now: deps.clock.now() });
  await keeper.write(accountId, [first, ...rest], { along: [batch], alsoKeep });
  return { batchId, jobIds };
}
