/** What a picture needs to know of a task: its context is that of the API, with keys for tasks. */
export interface GraphTask {
  readonly key: string;
  readonly async: boolean;
  /** Null: all that stands before it. */
  readonly needs: readonly string[] | null;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** Nobody has drawn it: the task is given all that stands before it. */
  readonly isAutomatic: boolean;
}

/** The lines between tasks; of those that come by themselves only the ones that say something new. */
export function edgesOf(tasks: readonly GraphTask[]): GraphEdge[] {
  const ancestors = new Map<string, Set<string>>();
  return tasks.flatMap((task, index) => {
    const needs = (task.needs ?? earlier(tasks, index)).filter((key) => ancestors.has(key));
    const all = new Set(needs.flatMap((key) => [key, ...(ancestors.get(key) ?? [])]));
    ancestors.set(task.key, all);
    const isAutomatic = task.needs === null;
    const shown = isAutomatic
      ? needs.filter((key) => !needs.some((other) => ancestors.get(other)?.has(key)))
      : needs;
    return [...new Set(shown)].map((from) => ({ from, to: task.key, isAutomatic }));
  });
}

/** As the server counts: an async task runs beside the async ones right before it. */
function earlier(tasks: readonly GraphTask[], index: number): string[] {
  let end = index;
  if (tasks[index]?.async) while (end > 0 && tasks[end - 1]?.async) end--;
  return tasks.slice(0, end).map(({ key }) => key);
}

/** Whether `from` already needs what `to` makes, directly or through others: a line would close a circle. */
export function wouldCircle(tasks: readonly GraphTask[], from: string, to: string): boolean {
  if (from === to) return true;
  const needsOf = new Map(tasks.map(({ key, needs }) => [key, needs ?? []]));
  const open = [from];
  const seen = new Set<string>();
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (key === to) return true;
    if (seen.has(key)) continue;
    seen.add(key);
    open.push(...(needsOf.get(key) ?? []));
  }
  return false;
}
