import type { MusterError } from '../lib/errors.ts';
import type { CrewsContext } from './context.ts';
import { crewErrors } from './errors.ts';
import type { Task } from './types.ts';

export async function requireTask(
  { store }: Pick<CrewsContext, 'store'>,
  accountId: string,
  taskId: string,
): Promise<Task> {
  const task = await store.findTask(accountId, taskId);
  if (!task) throw taskNotFound(taskId);
  return task;
}

function taskNotFound(taskId: string): MusterError {
  return crewErrors.task_not_found(`There is no task '${taskId}'.`);
}
