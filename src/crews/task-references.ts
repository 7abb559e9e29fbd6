import type { Task } from './types.ts';

/** The tasks that name this one in their context, by id or name. */
export function namersOf({ id, name }: Task, tasks: readonly Task[]): Task[] {
  const isNamed = (entry: string): boolean => entry === id || (name !== '' && entry === name);
  return tasks.filter((other) => other.id !== id && other.context?.some(isNamed));
}

/** Those tasks of the crew that name `before` as it was called, each naming it as `after` is called. */
export function followRename(before: Task, after: Task, tasks: readonly Task[]): Task[] {
  if (before.name === after.name || before.name === '') return [];
  const called = after.name || after.id;
  return tasks
    .filter(({ id, context }) => id !== before.id && context?.includes(before.name))
    .map((task) => ({
      ...task,
      context: task.context?.map((entry) => (entry === before.name ? called : entry)),
    }));
}
