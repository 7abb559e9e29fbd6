import type { Statement } from '../../db/index.ts';
import type { JobListener, JobStatus, OpenWait, Subscription } from '../../engine/index.ts';
import { invalid } from '../../lib/errors.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Page, PageRequest } from '../../lib/page.ts';
import { checkMaxCost } from '../crew-config.ts';
import { crewErrors } from '../errors.ts';
import { estimateDurationSeconds, longestChain } from '../plan/estimate-duration.ts';
import { CREW } from '../store.ts';
import { createBatches, MAX_BATCH } from './batches.ts';
import { CREW_JOB, createCrewJob, GATE_SCOPE, readPlan, writePlan } from './crew-job.ts';
import type { ExecutionsDependencies } from './deps.ts';
import { createExecutionStore } from './execution-store.ts';
import { titleOf } from './job-progress.ts';
import { keepOutputs } from './keep-outputs.ts';
import { pinCrew } from './pin-crew.ts';
import { type PersonsAnswer, resumeJob } from './resume-job.ts';
import type { Execution, ExecutionFilters, PinnedCaller, PinnedJob, Trace } from './types.ts';

const DEFAULT_BATCH_CONCURRENCY = 5;

export interface StartRequest {
  readonly crewId: string;
  readonly inputs: JsonObject;
  readonly caller: PinnedCaller;
  /** Whose memory is used beside the crew's own. */
  readonly endUser?: string | undefined;
  /** Written in one batch with the job. */
  readonly alsoKeep?: readonly Statement[] | undefined;
  /** What it may cost, instead of what the crew says. */
  readonly maxCostNanoUsd?: bigint | undefined;
}

export interface StartedJob {
  readonly jobId: string;
  readonly estimatedSeconds: number;
}

export interface RerunRequest {
  /** Id or name of the task from which on all is done again; absent: all. */
  readonly fromTask?: string | undefined;
  /** Instead of those of the old job, one by one. */
  readonly inputs?: JsonObject | undefined;
  /** The crew as it is now, instead of as it was. */
  readonly useCurrentCrew?: boolean | undefined;
  /** Written in one batch with the job. */
  readonly alsoKeep?: readonly Statement[] | undefined;
  readonly maxCostNanoUsd?: bigint | undefined;
  readonly caller: PinnedCaller;
}

export interface Batch {
  readonly id: string;
  readonly crewId: string;
  readonly concurrency: number;
  readonly createdAt: number;
  readonly jobs: readonly Execution[];
}

/** Jobs of crews. All throw crew_not_found or job_not_found for an id that the account does not have. */
export interface Executions {
  /** Resolves when the job is on disk. Throws a 400 that names what the crew or its inputs lack. */
  start(accountId: string, request: StartRequest): Promise<StartedJob>;
  /** Throws what `start` would, and starts nothing. */
  check(accountId: string, request: StartRequest): Promise<void>;
  /**
   * A job under an id that the caller chooses, with statements of the caller's in its batch: when a guard of theirs
   * refuses, nothing is started.
   */
  startWith(
    accountId: string,
    jobId: string,
    request: StartRequest,
    along: readonly Statement[],
  ): Promise<'started' | 'refused'>;
  /** The same under an id that the caller chooses: a job of that id that there is already is left as it is. */
  startOnce(accountId: string, jobId: string, request: StartRequest): Promise<void>;
  /** One job for each of `inputs`, of which `concurrency` run at once. All are started or none. */
  startBatch(
    accountId: string,
    request: Omit<StartRequest, 'inputs'> & {
      readonly inputs: readonly JsonObject[];
      readonly concurrency?: number | undefined;
    },
  ): Promise<{ readonly batchId: string; readonly jobIds: readonly string[] }>;
  getBatch(accountId: string, batchId: string): Promise<Batch>;
  get(accountId: string, jobId: string): Promise<Execution>;
  /** The same, and what each of its tasks needed. */
  getWhole(accountId: string, jobId: string): Promise<Execution>;
  /** `brief`: without their tasks. */
  list(
    accountId: string,
    filters: ExecutionFilters,
    page: PageRequest,
    options?: { readonly brief?: boolean | undefined },
  ): Promise<Page<Execution>>;
  /** In order; without a page all of them. */
  traces(accountId: string, jobId: string, page?: PageRequest): Promise<Trace[]>;
  /** What the job waits for people to say. */
  openWaits(accountId: string, jobId: string): Promise<OpenWait[]>;
  /** Ends it from any state within a second; what it made until then stays. One that has ended is left as it is. */
  stop(accountId: string, jobId: string): Promise<JobStatus>;
  /** Ends all open jobs of a crew. */
  stopAll(accountId: string, crewId: string): Promise<void>;
  /** Answers a task that waits. Throws not_waiting. */
  resume(accountId: string, jobId: string, answer: PersonsAnswer): Promise<JobStatus>;
  /** A new job that takes over the outputs of the tasks before `fromTask`. */
  rerun(accountId: string, jobId: string, request: RerunRequest): Promise<StartedJob>;
  /** Every event with a seq above `after`, then those to come. */
  subscribe(accountId: string, jobId: string, after: number, listener: JobListener): Promise<Subscription>;
  /** Resolves once the job has ended. Rejects when the signal fires. */
  waitUntilEnded(accountId: string, jobId: string, signal?: AbortSignal): Promise<Execution>;
  /** For the start of the process, behind the engine's: batches go on. */
  recover(): Promise<void>;
}

/** Registers its kind of job with the engine: to be called before the engine starts. */
export function createExecutions(deps: ExecutionsDependencies): Executions {
  const { engine, crews, db, clock, ids } = deps;
  const store = createExecutionStore(db);
  const batches = createBatches({ engine, store, db, log: deps.log, faults: deps.faults });
  engine.register(CREW_JOB, createCrewJob(deps, store));

  /** Makes plans of the crew as it is at this moment. */
  const planner = async (accountId: string, crewId: string) => {
    const whole = await crews.getCrew(accountId, crewId);
    const checked = new Set<string>();
    return async (request: Omit<StartRequest, 'crewId'>, isGated: boolean): Promise<PinnedJob> => {
      const { inputs, caller, endUser = '', maxCostNanoUsd } = request;
      if (maxCostNanoUsd !== undefined) checkMaxCost(maxCostNanoUsd);
      const { agents, knowledge } = deps;
      const hasDocuments = (account: string, agentId: string) => knowledge.hasDocuments(account, agentId);
      const plan = await pinCrew(
        { agents, hasDocuments },
        { whole, inputs, caller, endUser, isGated, maxCostNanoUsd },
      );
      for (const { model } of [plan.leader, ...plan.agents]) {
        if (checked.has(model)) continue;
        // Refused before anything is spent.
        await deps.models.callable(accountId, model);
        checked.add(model);
      }
      return plan;
    };
  };
  const pin = async (accountId: string, { crewId, ...request }: StartRequest): Promise<PinnedJob> =>
    (await planner(accountId, crewId))(request, false);

  /** The statements that make a job, and what has to be called once they are written. */
  const prepare = (
    accountId: string,
    plan: PinnedJob,
    origin: { readonly batchId?: string; readonly rerunOf?: string; readonly jobId?: string } = {},
  ) => {
    const { jobId = ids.next('job_') } = origin;
    const now = clock.now();
    const enqueued = engine.prepareEnqueue({ id: jobId, accountId, kind: CREW_JOB, input: writePlan(plan) });
    const { crewId, inputs, isGated } = plan;
    const maxCostNanoUsd = plan.maxCostNanoUsd === null ? undefined : BigInt(plan.maxCostNanoUsd);
    const { batchId, rerunOf } = origin;
    const execution = store.insertExecution({
      jobId,
      accountId,
      crewId,
      batchId,
      rerunOf,
      inputs,
      isGated,
      maxCostNanoUsd,
      now,
    });
    const tasks = plan.tasks.map((task, position) => {
      const agent = plan.agents.find(({ id }) => id === task.agentId) ?? plan.leader;
      return {
        ...{ taskId: task.id, position, name: titleOf(task), description: task.description },
        ...{ agentId: task.agentId ?? undefined, agentName: agent.name, kept: task.kept ?? undefined },
      };
    });
    const statements = [
      ...enqueued.statements,
      execution,
      ...store.insertTasks(accountId, jobId, tasks, now),
    ];
    return { jobId, statements, written: enqueued.written };
  };

  /** True, with nothing written, when a guard of `along` refuses. Throws for every other refusal. */
  const writeUnless = async (
    accountId: string,
    prepared: readonly ReturnType<typeof prepare>[],
    crewId: string,
    along: readonly Statement[],
    alsoKeep: readonly Statement[] = [],
  ): Promise<boolean> => {
    const bound = await deps.boundJobs(accountId);
    const result = await db.write([
      ...prepared.flatMap(({ statements }) => statements),
      ...alsoKeep,
      ...bound.statements,
    ]);
    if (!result.ok) {
      if (along.some(({ guard }) => guard === result.refused)) return true;
      if (result.refused === CREW) throw crewErrors.crew_not_found(`There is no crew '${crewId}'.`);
      throw bound.refused(result.refused) ?? new Error(`A job was refused by the guard '${result.refused}'`);
    }
    for (const { written } of prepared) written();
    return false;
  };
  const write = async (
    accountId: string,
    prepared: readonly ReturnType<typeof prepare>[],
    crewId: string,
    alsoKeep: readonly Statement[] = [],
  ): Promise<void> => {
    await writeUnless(accountId, prepared, crewId, [], alsoKeep);
  };

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
      const job = prepare(accountId, plan);
      const estimatedSeconds = await estimate(accountId, plan);
      await write(accountId, [job], plan.crewId, request.alsoKeep);
      return { jobId: job.jobId, estimatedSeconds };
    },

    async check(accountId, request) {
      await pin(accountId, request);
    },

    async startWith(accountId, jobId, request, along) {
      const plan = await pin(accountId, request);
      const job = prepare(accountId, plan, { jobId });
      const statements = [...along, ...job.statements];
      const refused = await writeUnless(accountId, [{ ...job, statements }], plan.crewId, along);
      return refused ? 'refused' : 'started';
    },

    async startOnce(accountId, jobId, request) {
      if (await store.find(accountId, jobId)) return;
      const plan = await pin(accountId, request);
      await write(accountId, [prepare(accountId, plan, { jobId })], plan.crewId);
    },

    async startBatch(accountId, { inputs, concurrency = DEFAULT_BATCH_CONCURRENCY, alsoKeep, ...request }) {
      if (inputs.length === 0) throw invalid('inputs', 'must have at least one entry');
      if (inputs.length > MAX_BATCH) throw invalid('inputs', `may have at most ${MAX_BATCH} entries`);
      const batchId = ids.next('batch_');
      const jobs: ReturnType<typeof prepare>[] = [];
      const plan = await planner(accountId, request.crewId);
      for (const [index, one] of inputs.entries()) {
        const pinned = await plan({ ...request, inputs: one }, index >= concurrency);
        jobs.push(prepare(accountId, pinned, { batchId }));
      }
      const { crewId } = request;
      const now = clock.now();
      const batch = store.insertBatch({ id: batchId, accountId, crewId, concurrency, now });
      const [first, ...rest] = jobs;
      if (first)
        await write(
          accountId,
          [{ ...first, statements: [...first.statements, batch] }, ...rest],
          crewId,
          alsoKeep,
        );
      batches.watch(accountId, batchId);
      return { batchId, jobIds: jobs.map(({ jobId }) => jobId) };
    },

    async getBatch(accountId, batchId) {
      const row = await store.findBatch(accountId, batchId);
      if (!row) throw crewErrors.job_not_found(`There is no batch '${batchId}'.`);
      const jobs: Execution[] = [];
      for (let page = 1; ; page++) {
        const { items, total } = await store.list(accountId, { batchId }, { page, limit: 100 });
        jobs.unshift(...items.toReversed());
        if (items.length === 0 || jobs.length >= total) break;
      }
      return {
        id: batchId,
        crewId: row.crew_id,
        concurrency: row.concurrency,
        createdAt: row.created_at,
        jobs,
      };
    },

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
      return store.traces(accountId, jobId, page);
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

    async rerun(
      accountId,
      jobId,
      { fromTask, inputs, useCurrentCrew = false, caller, maxCostNanoUsd, alsoKeep },
    ) {
      const execution = await get(accountId, jobId);
      const record = await engine.get(accountId, jobId);
      if (!record) throw crewErrors.job_not_found(`There is no job '${jobId}'.`);
      const old = readPlan(record.input);
      const merged = { ...old.inputs, ...inputs };
      const isSame = !useCurrentCrew && inputs === undefined;
      const { endUser } = old;
      if (maxCostNanoUsd !== undefined) checkMaxCost(maxCostNanoUsd);
      // What was pinned has its placeholders filled; with other inputs it has to be made anew.
      const plan = isSame
        ? {
            ...{ ...old, caller, isGated: false },
            maxCostNanoUsd: maxCostNanoUsd?.toString() ?? old.maxCostNanoUsd,
          }
        : await pin(accountId, { crewId: old.crewId, inputs: merged, caller, endUser, maxCostNanoUsd });
      const kept = keepOutputs(plan, execution, fromTask);
      const job = prepare(accountId, kept, { rerunOf: jobId });
      const estimatedSeconds = await estimate(accountId, kept);
      await write(accountId, [job], plan.crewId, alsoKeep);
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
