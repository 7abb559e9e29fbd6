import { type GraphTask, wouldCircle } from '../../canvas/task-graph.ts';
import type { ContextEntry, CrewDraft, DraftAgent, DraftTask, Key } from './draft.ts';

export function taskKeys(context: readonly ContextEntry[]): Key[] {
  return context.flatMap((entry) => ('task' in entry ? [entry.task] : []));
}

export function toGraph(tasks: readonly DraftTask[]): GraphTask[] {
  return tasks.map(({ key, async, context }) => ({
    key,
    async,
    needs: context === null ? null : taskKeys(context),
  }));
}

export function changeAgent(draft: CrewDraft, key: Key, change: Partial<DraftAgent>): CrewDraft {
  const agents = draft.agents.map((agent) => (agent.key === key ? { ...agent, ...change } : agent));
  return { ...draft, agents };
}

export function changeTask(draft: CrewDraft, key: Key, change: Partial<DraftTask>): CrewDraft {
  const tasks = draft.tasks.map((task) => (task.key === key ? { ...task, ...change } : task));
  return { ...draft, tasks };
}

export function removeAgent(draft: CrewDraft, key: Key): CrewDraft {
  return {
    ...draft,
    agents: draft.agents.filter((agent) => agent.key !== key),
    tasks: draft.tasks.map((task) => (task.agent === key ? { ...task, agent: null } : task)),
  };
}

export function removeTask(draft: CrewDraft, key: Key): CrewDraft {
  const tasks = draft.tasks.filter((task) => task.key !== key);
  return { ...draft, tasks: tasks.map((task) => withoutSource(task, key)) };
}

function withoutSource(task: DraftTask, source: Key): DraftTask {
  if (task.context === null) return task;
  return {
    ...task,
    context: task.context.filter((entry) => !('task' in entry && entry.task === source)),
  };
}

/** Whether `to` can be given the output of `from`, if need be by moving it behind it. */
export function canConnect(draft: CrewDraft, from: Key, to: Key): boolean {
  return !wouldCircle(toGraph(draft.tasks), from, to);
}

/** Gives `to` the output of `from`. A task can only use what stands before it, so it may move behind it. */
export function connect(draft: CrewDraft, from: Key, to: Key): CrewDraft {
  const linked = {
    ...draft,
    tasks: draft.tasks.map((task) => {
      if (task.key !== to) return task;
      const context = task.context ?? [];
      return taskKeys(context).includes(from) ? task : { ...task, context: [...context, { task: from }] };
    }),
  };
  return { ...linked, tasks: inOrder(linked.tasks) };
}

export function disconnect(draft: CrewDraft, from: Key, to: Key): CrewDraft {
  return { ...draft, tasks: draft.tasks.map((task) => (task.key === to ? withoutSource(task, from) : task)) };
}

/** One place up (-1) or down (1), unless that would part it from what it needs. */
export function moveTask(draft: CrewDraft, key: Key, by: -1 | 1): CrewDraft {
  const at = draft.tasks.findIndex((task) => task.key === key);
  const tasks = [...draft.tasks];
  const [task] = tasks.splice(at, 1);
  if (!task || at + by < 0 || at + by > tasks.length) return draft;
  tasks.splice(at + by, 0, task);
  const isOrdered = tasks.every((one, index) =>
    taskKeys(one.context ?? []).every((source) => tasks.findIndex((other) => other.key === source) < index),
  );
  return isOrdered ? { ...draft, tasks } : draft;
}

/** The same tasks, each behind those whose outputs it names, and otherwise as they were. */
export function inOrder(tasks: readonly DraftTask[]): DraftTask[] {
  const ordered: DraftTask[] = [];
  const place = (task: DraftTask, trail: readonly Key[]) => {
    if (ordered.includes(task) || trail.includes(task.key)) return;
    for (const source of taskKeys(task.context ?? [])) {
      const needed = tasks.find(({ key }) => key === source);
      if (needed) place(needed, [...trail, task.key]);
    }
    ordered.push(task);
  };
  for (const task of tasks) place(task, []);
  return ordered;
}
