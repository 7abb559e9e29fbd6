/** What the graph needs to know of a task. */
export interface GraphTask {
  readonly id: string;
  readonly name: string;
  readonly context: readonly string[] | undefined;
  readonly async: boolean;
}

/** What a task is given from outside itself, in the order in which its context names it. */
export type ContextSource =
  | { readonly type: 'output'; readonly taskId: string }
  | { readonly type: 'text'; readonly text: string };

export interface PlannedTask {
  readonly id: string;
  readonly sources: readonly ContextSource[];
  /** Ids of the tasks whose outputs it needs; each stands before it. */
  readonly needs: readonly string[];
}

export type TaskGraph =
  | { readonly ok: true; readonly tasks: readonly PlannedTask[] }
  /** `index` is the task's place, `entry` that of the context's entry, where it is at fault. */
  | {
      readonly ok: false;
      readonly index: number;
      readonly entry: number | undefined;
      readonly reason: string;
    };

/**
 * Says what each task waits for; all else may run at once. An entry of `context` that is the id or name of a task is
 * that task's output and any other is text. Without `context` a task gets the outputs of all earlier tasks; an async one
 * of all but the async tasks right before it, which it runs beside. A task can only use what stands before it, so there
 * are no circles.
 */
export function planTasks(tasks: readonly GraphTask[]): TaskGraph {
  const places = new Map<string, number>();
  for (const [index, { name }] of tasks.entries()) {
    if (name === '') continue;
    const other = places.get(name);
    if (other !== undefined) {
      const reason = `has the name '${name}', which task ${other + 1} has too; names are unique in a crew`;
      return { ok: false, index, entry: undefined, reason };
    }
    places.set(name, index);
  }
  // An id goes before a name that looks like one.
  for (const [index, { id }] of tasks.entries()) places.set(id, index);

  const planned: PlannedTask[] = [];
  for (const [index, task] of tasks.entries()) {
    if (task.context === undefined) {
      planned.push(fromOutputs(task.id, earlierTasks(tasks, index)));
      continue;
    }
    const sources: ContextSource[] = [];
    for (const [entry, text] of task.context.entries()) {
      const place = places.get(text);
      if (place === undefined) sources.push({ type: 'text', text });
      else if (place < index) sources.push({ type: 'output', taskId: tasks[place]?.id ?? '' });
      else return { ok: false, index, entry, reason: refusal(text, place === index) };
    }
    planned.push({ id: task.id, sources, needs: needsOf(sources) });
  }
  return { ok: true, tasks: planned };
}

function refusal(text: string, isItself: boolean): string {
  return isItself
    ? `names the task itself ('${text}'); a task can not use its own output`
    : `names the task '${text}', which comes later; a task can only use the outputs of those before it`;
}

function earlierTasks(tasks: readonly GraphTask[], index: number): readonly GraphTask[] {
  let end = index;
  if (tasks[index]?.async) while (end > 0 && tasks[end - 1]?.async) end--;
  return tasks.slice(0, end);
}

function fromOutputs(id: string, earlier: readonly GraphTask[]): PlannedTask {
  const sources = earlier.map((task): ContextSource => ({ type: 'output', taskId: task.id }));
  return { id, sources, needs: needsOf(sources) };
}

function needsOf(sources: readonly ContextSource[]): string[] {
  return [...new Set(sources.flatMap((source) => (source.type === 'output' ? [source.taskId] : [])))];
}
