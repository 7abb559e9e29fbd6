import type { Fields } from '../client/fields.ts';
import type { Environment } from '../command.ts';
import { commandLine } from '../command-line.ts';

/** The line that goes on with a job that failed or was stopped: again from its first task that is not done. */
export function rerunLine(env: Environment, job: Fields): string {
  const undone = job.list('tasks_output').find((task) => task.text('status') !== 'completed');
  const from = undone ? ['--from', undone.text('name') || undone.text('task_id')] : [];
  return commandLine(env, ['run', 'rerun', job.text('job_id'), ...from]);
}
