import type { Statement } from '../../db/index.ts';
import {
  type EndEffects,
  Interrupt,
  type JobEnd,
  type JobKind,
  type JobOutcome,
  type JobRecord,
  JobStopped,
  joinBranches,
  TerminalError,
} from '../../engine/index.ts';
import { MusterError } from '../../lib/errors.ts';
import type { Json } from '../../lib/json.ts';
import { Registry } from '../../lib/registry.ts';
import { platformCodeOf } from './codes.ts';
import type { ExecutionsDependencies, JobScope } from './deps.ts';
import { drawInsights } from './draw-insights.ts';
import type { ExecutionStore } from './execution-store.ts';
import { JobMeter } from './job-meter.ts';
import { JobProgress, titleOf } from './job-progress.ts';
import { runTask } from './run-task.ts';
import { timeIsUp } from './task-failure.ts';
import { tellEnd, tellEvents } from './tell-webhooks.ts';
import { trace } from './traces.ts';
import type { PinnedJob, PinnedTask } from './types.ts';
import { WorkClock } from './work-clock.ts';

export const CREW_JOB = 'crew';
/** The scope in which a job of a batch waits for its turn, and the name of that wait. */
export const GATE_SCOPE = 'gate';
const TURN = 'turn';
export const GATE = `${GATE_SCOPE}/${TURN}`;

/** A job of a crew, as the engine runs it. */
export function createCrewJob(deps: ExecutionsDependencies, store: ExecutionStore): JobKind {
  /** Of the jobs that run here: which holds are open, should one of them end before its handler. */
  const meters = new Registry<JobMeter>();

  return {
    async run(job) {
      const plan = readPlan(job.input);
      if (plan.isGated && (await store.isGateClosed(job.accountId, job.id))) {
        await job.steps.within(GATE_SCOPE).waitFor(TURN);
      }
      const { progress, costNanoUsd, maxCostNanoUsd } = await store.readState(job.accountId, job.id);
      const max = maxCostNanoUsd ?? (plan.maxCostNanoUsd === null ? undefined : BigInt(plan.maxCostNanoUsd));
      const meter = new JobMeter(deps.meter, max, costNanoUsd);
      meters.set(job.id, meter);
      try {
        const shown = new JobProgress(plan.tasks.length, progress);
        return await runCrew({ deps, store, job, plan, meter, progress: shown });
      } finally {
        meters.delete(job.id);
      }
    },

    onEnd(job, end) {
      const meter = meters.get(job.id);
      return endEffects(deps, store, job, end, meter?.releaseOpen() ?? []);
    },

    onEvents: (job, events) => tellEvents(deps, { ...job, plan: readPlan(job.input) }, events),
  };
}

async function runCrew(start: Omit<JobScope, 'clock'>): Promise<JobOutcome> {
  const { job, plan, deps } = start;
  const startedAt = await job.steps.step('start', async () => ({
    // Less what it has waited before, at the gate of its batch: the clock counts all waits as no work.
    value: deps.clock.now() - job.waitedMs,
    events: [
      { type: 'job_status', data: { status: 'running' } },
      trace(plan.leader.name, 'crew_started', plan.crewName, { process: plan.process }),
    ],
  }));
  const clock = new WorkClock({ title: plan.crewName, startedAt, timeoutMs: plan.timeoutMs }, () =>
    deps.clock.now(),
  );
  clock.excuse(job.waitedMs);
  const scope = { ...start, clock };
  const { crewId, crewName } = plan;
  const observe = (error: string | undefined): void =>
    deps.observeWorkflow?.({ jobId: job.id, crewId, crewName, startedAt, error });
  try {
    const outputs = await runTasks(scope);
    if (plan.memory) {
      const done = plan.tasks.map((task, index) => ({ title: titleOf(task), text: outputs[index] ?? '' }));
      await drawInsights(scope, done);
    }
    observe(undefined);
    return {
      result: outputs.at(-1) ?? null,
      events: [
        trace(plan.leader.name, 'crew_completed', plan.crewName),
        { type: 'progress', data: { progress: 100, current_task: null } },
      ],
    };
  } catch (error) {
    // A job that waits, or goes on elsewhere, has not come to its end.
    if (!(error instanceof Interrupt)) observe(codeOf(error));
    else if (error instanceof JobStopped) observe('stopped');
    throw error;
  } finally {
    clock.rest();
  }
}

function codeOf(error: unknown): string {
  return error instanceof MusterError || error instanceof TerminalError ? error.code : 'internal_error';
}

/** Begins each task as soon as what it needs is there, and resolves to all outputs in the tasks' order. */
async function runTasks(scope: JobScope): Promise<string[]> {
  const { plan, clock, progress } = scope;
  const titles = new Map(plan.tasks.map((task) => [task.id, titleOf(task)]));
  const branches = new Map<string, Promise<string>>();
  const begin = async (task: PinnedTask): Promise<string> => {
    if (task.kept !== null) {
      progress.finish(task.id);
      return task.kept;
    }
    const needed = new Map<string, string>();
    for (const id of task.needs) needed.set(id, (await branches.get(id)) ?? '');
    if (clock.signal.aborted) {
      const { code, message } = timeIsUp(plan.crewName);
      throw new TerminalError(code, message);
    }
    const context = task.sources.map((source) =>
      source.type === 'text'
        ? { title: '', text: source.text }
        : { title: titles.get(source.taskId) ?? '', text: needed.get(source.taskId) ?? '' },
    );
    return runTask(scope, task, context);
  };
  const failed = Promise.withResolvers<never>();
  for (const task of plan.tasks) {
    const branch = begin(task);
    branch.catch((error: unknown) => {
      if (!(error instanceof Interrupt)) failed.reject(error);
    });
    branches.set(task.id, branch);
  }
  // Once one has failed for good the others are in vain; the engine stops them when this rejects.
  failed.promise.catch(() => undefined);
  return Promise.race([joinBranches([...branches.values()]), failed.promise]);
}

function endEffects(
  deps: ExecutionsDependencies,
  store: ExecutionStore,
  job: Pick<JobRecord, 'id' | 'accountId' | 'input'>,
  end: JobEnd,
  releases: readonly Statement[],
): EndEffects {
  const statements = [
    ...store.endTasks(job.accountId, job.id, end.status, deps.clock.now()),
    ...releases,
    ...tellEnd(deps, { ...job, plan: readPlan(job.input) }, end),
  ];
  if (end.status !== 'failed') return { statements };
  const data = { message: end.message, code: platformCodeOf(end.code) };
  return { statements, events: [{ type: 'error', data }] };
}

/** Only `pinCrew` makes inputs of these jobs, and writePlan their JSON. */
export function readPlan(input: Json): PinnedJob {
  return input as unknown as PinnedJob;
}

export function writePlan(plan: PinnedJob): Json {
  return JSON.parse(JSON.stringify(plan));
}
