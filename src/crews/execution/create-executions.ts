import { crewErrors } from '../errors.ts';
import { estimateDurationSeconds, longestChain } from '../plan/estimate-duration.ts';
import { createBatches } from './batches.ts';
import { CREW_JOB, createCrewJob, GATE_SCOPE, readPlan } from './crew-job.ts';
import type { ExecutionsDependencies } from './deps.ts';
import { createExecutionStore } from './execution-store.ts';
import type { Executions, StartRequest } from './executions.ts';
import { createJobKeeper } from './keep-jobs.ts';
import { planJobs } from './plan-jobs.ts';
import { planRerun } from './plan-rerun.ts';
import { findBatch, readBatch } from './read-batch.ts';
import { resumeJob } from './resume-job.ts';
import { startBatch } from './start-batch.ts';
import type { Execution, PinnedJob } from './types.ts';

/** Registers its kind of job with the engine: to be called before the engine starts. */
export function createExecutions(deps: ExecutionsDependencies): Executions {
  const { engine, db } = deps;
  const store = createExecutionStore(db);
  const batches = createBatches({ engine, store, db, log: deps.log, faults: deps.faults });
  const keeper = createJobKeeper(deps, store);
  engine.register(CREW_JOB, createCrewJob(deps, store));

  const pin = async (accountId: string, { crewId, ...request }: StartRequest): Promise<PinnedJob> =>
    (await planJobs(deps, accountId, crewId))(request);

  const estimate = async (accountId: string, plan: PinnedJob): Promise<number> => {
    const open = plan.tasks.filter((task) => task.kept === null);
    return estimateDurationSeconds(await store.pastDurationsMs(accountId, plan.crewId), longestChain(open));
  };

  const get = async (accountId: string, jobId: string): Promise<Execution> => {
    const found = await store.find(accountId, jobId);
    if (!found) throw crewErrors.job_not_found(`There is no job '${jobId}'.`);
    return found;
  };

  return {
    get,

    async start(accountId, request) {
      const plan = await pin(accountId, request);
      const job = keeper.prepare(accountId, plan);
      const estimatedSeconds = await estimate(accountId, plan);
      await keeper.write(accountId, [job], request);
      return { jobId: job.jobId, estimatedSeconds };
    },

    async check(accountId, request) {
      await pin(accountId, request);
    },

    async startWith(accountId, jobId, request, along) {
      const job = keeper.prepare(accountId, await pin(accountId, request), { jobId });
      const outcome = await keeper.write(accountId, [job], { along });
      return outcome === 'refused' ? 'refused' : 'started';
    },

    async startOnce(accountId, jobId, request) {
      if (await store.find(accountId, jobId)) return;
      await keeper.write(accountId, [keeper.prepare(accountId, await pin(accountId, request), { jobId })]);
    },

    async startBatch(accountId, request) {
      const started = await startBatch({ deps, store, keeper }, accountId, request);
      batches.watch(accountId, started.batchId);
      return started;
    },

    async requireBatch(accountId, batchId) {
      await findBatch(store, accountId, batchId);
    },
    getBatch: (accountId, batchId, options = {}) => readBatch(store, accountId, batchId, options),

    async getWhole(accountId, jobId) {
      const execution = await get(accountId, jobId);
      const record = await engine.get(accountId, jobId);
      const planned = record ? readPlan(record.input).tasks : [];
      const needs = new Map(planned.map((task) => [task.id, task.needs]));
      const tasks = execution.tasks.map((task) => ({ ...task, needs: needs.get(task.taskId) ?? [] }));
      return { ...execution, tasks };
    },

    async list(accountId, filters, page, options) {
      return { ...(await store.list(accountId, filters, page, options)), page: page.page };
    },

    async traces(accountId, jobId, page) {
      await get(accountId, jobId);
      return { ...(await store.traces(accountId, jobId, page)), page: page?.page ?? 1 };
    },

    async openWaits(accountId, jobId) {
      return (await engine.openWaits(accountId, jobId)).filter(({ scope }) => scope !== GATE_SCOPE);
    },

    async stop(accountId, jobId) {
      await get(accountId, jobId);
      await engine.stop(accountId, jobId);
      return (await get(accountId, jobId)).status;
    },

    async stopAll(accountId, crewId) {
      const open = await store.openJobs(accountId, { crewId });
      await Promise.all(open.map(({ jobId }) => engine.stop(accountId, jobId)));
    },

    async resume(accountId, jobId, answer) {
      await resumeJob({ engine, store }, accountId, await get(accountId, jobId), answer);
      return (await get(accountId, jobId)).status;
    },

    async rerun(accountId, jobId, request) {
      const execution = await get(accountId, jobId);
      const plan = await planRerun(deps, accountId, execution, request);
      const job = keeper.prepare(accountId, plan, { rerunOf: jobId });
      const estimatedSeconds = await estimate(accountId, plan);
      await keeper.write(accountId, [job], request);
      return { jobId: job.jobId, estimatedSeconds };
    },

    async subscribe(accountId, jobId, after, listener) {
      await get(accountId, jobId);
      const subscription = await engine.subscribe(accountId, jobId, after, listener);
      if (!subscription) throw crewErrors.job_not_found(`There is no job '${jobId}'.`);
      return subscription;
    },

    async waitUntilEnded(accountId, jobId, signal) {
      await engine.waitUntilEnded(accountId, jobId, signal);
      return get(accountId, jobId);
    },

    async recover() {
      for (const { accountId, batchId } of await store.batchesWithGatedJobs())
        batches.watch(accountId, batchId);
    },
  };
}
