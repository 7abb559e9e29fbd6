import type { ApiClient } from '../client/api-client.ts';
import type { Fields } from '../client/fields.ts';
import type { Environment } from '../command.ts';
import { CommandFailed } from '../failures.ts';
import { rerunLine } from './rerun-line.ts';

/** What a job waits for: the only thing, or that of the task which is named or has this id. Throws CommandFailed. */
export async function findWait(
  client: ApiClient,
  env: Environment,
  job: Fields,
  task: string | undefined,
): Promise<Fields> {
  const [id, status] = [job.text('job_id'), job.text('status')];
  const waits = (await client.get(`/api/v1/executions/${id}/waits`)).list('waits');
  const names = new Map(job.list('tasks_output').map((each) => [each.text('task_id'), each.text('name')]));
  const isMeant = (taskId: string): boolean =>
    taskId === task || names.get(taskId)?.toLowerCase() === task?.toLowerCase();
  const meant = task === undefined ? waits : waits.filter((wait) => isMeant(wait.text('task_id')));
  const [wait, ...others] = meant;
  if (wait && others.length === 0) return wait;
  if (waits.length === 0) {
    const again = status === 'failed' || status === 'stopped' ? ` Go on with: ${rerunLine(env, job)}` : '';
    throw new CommandFailed(`The job ${id} waits for nobody: it is ${status}.${again}`);
  }
  const shown = waits.map((each) => {
    const taskId = each.text('task_id');
    return `${names.get(taskId) || taskId} (${taskId})`;
  });
  const which = wait ? 'at several tasks; name one with --task' : `not at the task '${task}', but at`;
  throw new CommandFailed(`The job waits ${which}: ${shown.join(', ')}`);
}
