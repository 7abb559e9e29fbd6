import { invalid } from '../../lib/errors.ts';
import type { Execution, PinnedJob } from './types.ts';

/** The plan with what the old job made before that task. A task that it did not complete is done. */
export function keepOutputs(plan: PinnedJob, execution: Execution, fromTask: string | undefined): PinnedJob {
  if (fromTask === undefined) return { ...plan, tasks: plan.tasks.map((task) => ({ ...task, kept: null })) };
  const from = plan.tasks.findIndex(
    (task) => task.id === fromTask || (task.name !== '' && task.name === fromTask),
  );
  if (from === -1) {
    const names = plan.tasks.map((task) => `'${task.name || task.id}'`).join(', ');
    throw invalid('from_task', `there is no task '${fromTask}' in this job; it has ${names}`);
  }
  const outputs = new Map(
    execution.tasks.flatMap(({ taskId, status, output }) =>
      status === 'completed' && output !== undefined ? [[taskId, output] as const] : [],
    ),
  );
  const tasks = plan.tasks.map((task, index) => ({
    ...task,
    kept: index < from ? (outputs.get(task.id) ?? null) : null,
  }));
  return { ...plan, tasks };
}
