import type { Presence } from '../../db/index.ts';
import { Registry } from '../../lib/registry.ts';
import type { CarriedRun, Carrier, RunEnd, RunRecord } from '../embedded/carrier.ts';
import { createEmbeddedEngine, type EmbeddedEngineOptions } from '../embedded/create-embedded-engine.ts';
import { ClaimLost, JobStopped } from '../interrupts.ts';
import type { Engine } from '../types.ts';
import {
  type Dbos,
  type Workflow,
  WorkflowCancelled,
  type WorkflowEnd,
  WorkflowLost,
  type WorkflowSteps,
} from './open-dbos.ts';
import { settleWorkflows } from './settle-workflows.ts';

/** How long DBOS's tools can show a workflow that is over. What is kept of the job is in our own tables. */
const KEEP_WORKFLOWS_MS = 7 * 86_400_000;
/** About half an hour. */
const BEATS_BETWEEN_CLEANINGS = 900;
/** About ten seconds. */
const BEATS_BETWEEN_SETTLINGS = 5;

export interface DbosEngineOptions extends Omit<EmbeddedEngineOptions, 'carrier'> {
  readonly dbos: Dbos;
}

/**
 * The engine whose jobs are DBOS workflows: one a job, by the job's id. Which job is next is decided as in the embedded
 * engine, whose tables, events and waits these are; DBOS starts it, takes note of its steps, cancels and resumes it, and
 * sees to it that one execution at a time owns it.
 */
export function createDbosEngine({ dbos, ...options }: DbosEngineOptions): Engine {
  const { db, log, presence, clock } = options;
  /** By job, from the call of its handler until it rests or ends. */
  const underWay = new Registry<CarriedRun>();
  const carrier: Carrier = {
    carry: (run) => carry(dbos, presence, underWay, run),
    async ended(jobId) {
      await dbos
        .cancel(jobId)
        .catch((err: unknown) =>
          log.warn({ err, jobId }, 'The workflow of a job that has ended is left open'),
        );
    },
  };
  let beats = 0;
  presence.onBeat(async () => {
    const runs = new Map([...underWay.values()].map((run) => [run.claim.jobId, run] as const));
    for (const jobId of await dbos.cancelled([...runs.keys()])) {
      const run = runs.get(jobId);
      // Not one that has come to rest since, which is a cancelled workflow as well.
      if (run && underWay.get(jobId) === run) run.stop();
    }
  });
  presence.onBeat(async () => {
    const beat = beats++;
    if (beat % BEATS_BETWEEN_SETTLINGS === 0) await settleWorkflows(db, clock.now());
    if (beat % BEATS_BETWEEN_CLEANINGS === 0) await dbos.forget(clock.now() - KEEP_WORKFLOWS_MS);
  });
  return createEmbeddedEngine({ ...options, carrier });
}

const ENDS: Record<RunEnd, WorkflowEnd> = {
  completed: 'succeeded',
  failed: 'failed',
  stopped: 'cancelled',
  rests: 'parked',
};

async function carry(
  dbos: Dbos,
  presence: Pick<Presence, 'whenHeld'>,
  underWay: Registry<CarriedRun>,
  run: CarriedRun,
): Promise<void> {
  const { jobId } = run.claim;
  const over = Promise.withResolvers<void>();
  // Looked at below; it may be over before that.
  over.promise.catch(() => undefined);
  const workflow: Workflow = {
    id: jobId,
    hasBegun: false,
    mayBegin: () => presence.whenHeld(),
    isLeft: () => run.isLeft(),
    async body(steps) {
      underWay.set(jobId, run);
      const leave = (): void => {
        if (underWay.get(jobId) === run) underWay.delete(jobId);
      };
      try {
        const end = await run.begin(recordIn(steps, run, leave));
        over.resolve();
        return ENDS[end];
      } catch (error) {
        over.reject(error);
        throw error;
      } finally {
        leave();
      }
    },
  };
  await dbos.begin(workflow);
  if (!workflow.hasBegun) throw new ClaimLost();
  await over.promise;
}

function recordIn(steps: WorkflowSteps, run: CarriedRun, leave: () => void): RunRecord {
  const heed = (error: unknown): never => {
    if (error instanceof WorkflowLost) throw new ClaimLost();
    if (!(error instanceof WorkflowCancelled)) throw error;
    run.stop();
    throw new JobStopped();
  };
  return {
    keep: (step, state, write) => steps.transaction(`${step} ${state}`, write).catch(heed),
    park() {
      leave();
      return steps.park().catch(heed);
    },
  };
}
