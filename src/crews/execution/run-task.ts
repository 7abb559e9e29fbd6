import { Interrupt, type JobEvent } from '../../engine/index.ts';
import type { JobScope } from './deps.ts';
import { titleOf } from './job-progress.ts';
import { produceOutput } from './produce-output.ts';
import { failureOf } from './task-failure.ts';
import { trace } from './traces.ts';
import type { PinnedAgent, PinnedTask } from './types.ts';
import { WorkClock } from './work-clock.ts';

const MEMORY_CHARS = 600;

/**
 * Does one task to its end and resolves to its output. Every step of it is kept under the task's id. Throws what the
 * task failed with, once that is told and kept.
 */
export async function runTask(
  scope: JobScope,
  task: PinnedTask,
  context: readonly { readonly title: string; readonly text: string }[],
): Promise<string> {
  const { job, store, progress, deps } = scope;
  const steps = job.steps.within(task.id);
  const key = { accountId: job.accountId, jobId: job.id, taskId: task.id };
  const agent = workerOf(scope, task);
  progress.start(task);
  const startedAt = await steps.step('start', async () => {
    const now = deps.clock.now();
    const { percent, currentTask } = progress;
    return {
      value: now,
      events: [
        { type: 'task_start', data: { task_id: task.id, agent: agent.name } },
        trace(agent.name, 'task_started', titleOf(task), { task_id: task.id }),
        progress.event(),
      ],
      statements: [store.startTask(key, now), store.setProgress(job.accountId, job.id, percent, currentTask)],
    };
  });
  const clock = new WorkClock({ title: titleOf(task), startedAt, timeoutMs: task.timeoutMs }, () =>
    deps.clock.now(),
  );
  const unsaid: JobEvent[] = [];
  try {
    const output = await produceOutput({ scope, task, agent, steps, context, clock, unsaid });
    progress.finish(task.id);
    await steps.step('done', async () => {
      const now = deps.clock.now();
      const { percent, currentTask } = progress;
      return {
        value: undefined,
        events: [
          ...unsaid,
          trace(agent.name, 'task_completed', output, { task_id: task.id }),
          { type: 'task_complete', data: { task_id: task.id, agent: agent.name, result: output } },
          progress.event(),
        ],
        statements: [
          store.completeTask(key, output, now),
          store.setProgress(job.accountId, job.id, percent, currentTask),
          ...rememberTask(scope, task, output),
        ],
      };
    });
    return output;
  } catch (error) {
    if (error instanceof Interrupt || job.signal.aborted) throw error;
    const failure = failureOf(error);
    await steps.step('failed', async () => ({
      value: undefined,
      events: [
        ...unsaid,
        trace(agent.name, 'task_failed', failure.message, { task_id: task.id, code: failure.code }),
        { type: 'task_failed', data: { task_id: task.id, agent: agent.name, error: failure.message } },
      ],
      statements: [store.failTask(key, failure.message, failure.output, deps.clock.now())],
    }));
    throw failure;
  } finally {
    clock.rest();
  }
}

/** Who does a task: the manager of a hierarchical crew, else its agent. */
function workerOf({ plan }: JobScope, task: PinnedTask): PinnedAgent {
  if (plan.process === 'hierarchical') return plan.leader;
  return plan.agents.find(({ id }) => id === task.agentId) ?? plan.leader;
}

function rememberTask({ plan, job, deps }: JobScope, task: PinnedTask, output: string) {
  if (!plan.memory) return [];
  const memory = { accountId: job.accountId, crewId: plan.crewId, endUser: plan.endUser };
  const text = output.length > MEMORY_CHARS ? `${output.slice(0, MEMORY_CHARS - 1)}…` : output;
  return deps.memory.keep(memory, `${titleOf(task)}: ${text}`, job.id);
}
