import { type SaveOptions, saveOnNewest, timeOfSave } from '../lib/save-on-newest.ts';
import type { CrewsContext } from './context.ts';
import { requireTask } from './find-task.ts';
import { followInAll } from './task-references.ts';

/**
 * Jobs that have it already go on with it. Tasks that name it in their context do so no more: the name would be handed to
 * them as text from then on.
 */
export async function deleteTask(
  context: CrewsContext,
  accountId: string,
  taskId: string,
  options: SaveOptions = {},
): Promise<void> {
  const { clock, db, store } = context;
  await saveOnNewest(async () => {
    const task = await requireTask(context, accountId, taskId, options);
    const { crewId } = task;
    const crew = crewId === undefined ? undefined : await store.findCrew(accountId, crewId);
    const tasks = crew ? await store.tasksOf(accountId, crew.id) : [];
    const following = followInAll(
      tasks,
      tasks.filter(({ id }) => id !== taskId),
    );
    const now = Math.max(clock.now(), ...tasks.map((each) => timeOfSave(0, each)));
    const written = await db.write([
      ...(crew ? [store.touchCrew(crew, timeOfSave(now, crew))] : []),
      store.deleteTask(task, now),
      ...following.map((each) => store.updateTask(accountId, each.id, each, now, each.updatedAt)),
    ]);
    return written.ok ? task : undefined;
  });
}
