import { saveOnNewest, timeOfSave } from '../lib/save-on-newest.ts';
import type { CrewsContext } from './context.ts';
import { crewErrors } from './errors.ts';
import { requireTask } from './find-task.ts';
import { namersOf } from './task-references.ts';
import type { Task } from './types.ts';

/**
 * Jobs that have it already go on with it. Throws task_in_use while another task names it in its context: the name would
 * be handed to that one as text from then on.
 */
export async function deleteTask(context: CrewsContext, accountId: string, taskId: string): Promise<void> {
  const { clock, db, store } = context;
  await saveOnNewest(async () => {
    const task = await requireTask(context, accountId, taskId);
    const { crewId } = task;
    const crew = crewId === undefined ? undefined : await store.findCrew(accountId, crewId);
    if (crew) checkIsUnused(task, await store.tasksOf(accountId, crew.id));
    const now = clock.now();
    const written = await db.write([
      ...(crew ? [store.touchCrew(crew, timeOfSave(now, crew))] : []),
      store.deleteTask(accountId, taskId, now),
    ]);
    return written.ok ? task : undefined;
  });
}

export function checkIsUnused(task: Task, tasks: readonly Task[]): void {
  const [user] = namersOf(task, tasks);
  if (!user) return;
  const label = (named: Task): string => `'${named.name || named.id}'`;
  throw crewErrors.task_in_use(
    `The task ${label(user)} is given the output of ${label(task)}. Take it from that task's context first (PUT /tasks/${user.id}), or save the crew's tasks anew (PUT /crews/${user.crewId}).`,
  );
}
