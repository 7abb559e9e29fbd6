import { isDeepStrictEqual } from 'node:util';
import type { Task } from './types.ts';

type Named = Pick<Task, 'id' | 'name'>;

/**
 * A context that was written when the tasks were `before`, as it reads when they are `after`: who has another name is
 * named by that, and who is gone by none, so that no name becomes a text that is handed on as it stands.
 */
export function followNames(
  context: Task['context'],
  before: readonly Named[],
  after: readonly Named[],
): Task['context'] {
  return context?.flatMap((entry) => {
    const named = taskCalled(entry, before);
    if (!named) return [entry];
    const now = after.find(({ id }) => id === named.id);
    if (now) return [entry === now.id ? entry : now.name || now.id];
    // Another one that has taken the name is meant by it from now on.
    return taskCalled(entry, after) ? [entry] : [];
  });
}

/** Those of `after` whose context reads otherwise than when the tasks were `before`, each as it reads now. */
export function followInAll(before: readonly Named[], after: readonly Task[]): Task[] {
  return after
    .map((task) => ({ task, context: followNames(task.context, before, after) }))
    .filter(({ task, context }) => !isDeepStrictEqual(context, task.context))
    .map(({ task, context }) => ({ ...task, context }));
}

/** An id goes before a name that looks like one. */
function taskCalled(entry: string, tasks: readonly Named[]): Named | undefined {
  return tasks.find(({ id }) => id === entry) ?? tasks.find(({ name }) => name !== '' && name === entry);
}
