import type { Statement } from '../../db/index.ts';
import { crewErrors } from '../errors.ts';
import { CREW } from '../store.ts';
import { CREW_JOB, writePlan } from './crew-job.ts';
import type { ExecutionsDependencies } from './deps.ts';
import type { ExecutionStore } from './execution-store.ts';
import { titleOf } from './job-progress.ts';
import type { PinnedJob } from './types.ts';

/** A job that is not written yet. */
export interface PreparedJob {
  readonly jobId: string;
  readonly crewId: string;
  readonly statements: readonly Statement[];
  /** To be called once they are on disk. */
  readonly written: () => void;
}

export interface JobKeeper {
  /** What makes a job of a plan: the engine's part and the crew's. */
  prepare(
    accountId: string,
    plan: PinnedJob,
    origin?: {
      readonly batchId?: string;
      readonly rerunOf?: string;
      readonly jobId?: string | undefined;
    },
  ): PreparedJob;
  /**
   * Writes jobs, all or none, and lets them begin. `refused`, with nothing written, when a guard of `along` says no;
   * throws for every other refusal. `alsoKeep` has no say.
   */
  write(
    accountId: string,
    jobs: readonly [PreparedJob, ...PreparedJob[]],
    beside?: {
      readonly along?: readonly Statement[] | undefined;
      readonly alsoKeep?: readonly Statement[] | undefined;
    },
  ): Promise<'written' | 'refused'>;
}

export function createJobKeeper(deps: ExecutionsDependencies, store: ExecutionStore): JobKeeper {
  const { engine, db, clock, ids } = deps;
  return {
    prepare(accountId, plan, { batchId, rerunOf, jobId = ids.next('job_') } = {}) {
      const now = clock.now();
      const { crewId, inputs, isGated } = plan;
      const enqueued = engine.prepareEnqueue({
        ...{ id: jobId, accountId, kind: CREW_JOB },
        input: writePlan(plan),
      });
      const maxCostNanoUsd = plan.maxCostNanoUsd === null ? undefined : BigInt(plan.maxCostNanoUsd);
      const origin = { jobId, accountId, crewId, batchId, rerunOf };
      const tasks = plan.tasks.map((task, position) => {
        const agent = plan.agents.find(({ id }) => id === task.agentId) ?? plan.leader;
        return {
          ...{ taskId: task.id, position, name: titleOf(task), description: task.description },
          ...{ agentId: task.agentId ?? undefined, agentName: agent.name, kept: task.kept ?? undefined },
        };
      });
      const statements = [
        ...enqueued.statements,
        store.insertExecution({ ...origin, inputs, isGated, maxCostNanoUsd, now }),
        ...store.insertTasks(accountId, jobId, tasks, now),
      ];
      return { jobId, crewId, statements, written: enqueued.written };
    },

    async write(accountId, jobs, { along = [], alsoKeep = [] } = {}) {
      const bound = await deps.boundJobs(accountId);
      const result = await db.write([
        ...along,
        ...jobs.flatMap(({ statements }) => statements),
        ...alsoKeep,
        ...bound.statements,
      ]);
      if (!result.ok) {
        if (along.some(({ guard }) => guard === result.refused)) return 'refused';
        if (result.refused === CREW) throw crewErrors.crew_not_found(`There is no crew '${jobs[0].crewId}'.`);
        throw (
          bound.refused(result.refused) ?? new Error(`A job was refused by the guard '${result.refused}'`)
        );
      }
      for (const { written } of jobs) written();
      return 'written';
    },
  };
}
