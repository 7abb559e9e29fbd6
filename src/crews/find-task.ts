import type { MusterError } from '../lib/errors.ts';
import { isAsRead, type SaveOptions } from '../lib/save-on-newest.ts';
import type { CrewsContext } from './context.ts';
import { crewErrors } from './errors.ts';
import type { Task } from './types.ts';

/** Throws task_not_found, and task_changed when somebody has saved it since `ifSavedAt`. */
export async function requireTask(
  { store }: Pick<CrewsContext, 'store'>,
  accountId: string,
  taskId: string,
  options: SaveOptions = {},
): Promise<Task> {
  const task = await store.findTask(accountId, taskId);
  if (!task) throw taskNotFound(taskId);
  if (!isAsRead(task, options)) throw taskChanged();
  return task;
}

function taskNotFound(taskId: string): MusterError {
  return crewErrors.task_not_found(`There is no task '${taskId}'.`);
}

function taskChanged(): MusterError {
  return crewErrors.task_changed(
    'Somebody else has saved this task since it was read. Read it again (GET), repeat the change, and send the new ETag in If-Match.',
  );
}
