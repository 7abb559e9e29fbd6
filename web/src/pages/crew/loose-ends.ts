import { inOrder, taskKeys } from './change-draft.ts';
import { type ContextEntry, type CrewDraft, type DraftTask, type Key, titleOfTask } from './draft.ts';

/** What is known of an agent that a task names and that is not in the crew. */
export type Whereabouts = 'outside' | 'left' | 'gone';

interface Surroundings {
  readonly titles: ReadonlyMap<Key, string>;
  readonly whereIs: (agent: Key) => Whereabouts;
}

/**
 * A crew of which no task names what is not there, or what stands behind it: after a merge a task of one may name what
 * the other has removed or moved. `told` says in sentences what has changed by it.
 */
export function tieLooseEnds(
  draft: CrewDraft,
  surroundings: Surroundings,
): { readonly draft: CrewDraft; readonly told: readonly string[] } {
  const tied = draft.tasks.map((task) => tieTask(task, draft, surroundings));
  const tasks = tied.map(({ task }) => task);
  const isLate = ({ context }: DraftTask, place: number) =>
    taskKeys(context ?? []).some((source) => tasks.findIndex(({ key }) => key === source) > place);
  const moved = tasks
    .filter(isLate)
    .map((task) => `${titled(task)} moves behind the tasks that it builds on.`);
  return {
    draft: { ...draft, tasks: inOrder(tasks) },
    told: [...tied.flatMap(({ told }) => told), ...moved],
  };
}

function tieTask(
  task: DraftTask,
  { agents, tasks }: CrewDraft,
  { titles, whereIs }: Surroundings,
): { readonly task: DraftTask; readonly told: readonly string[] } {
  const told: string[] = [];
  const nameOf = (key: Key) => `“${titles.get(key) ?? key}”`;
  let { agent } = task;
  if (agent !== null && !agents.some(({ key }) => key === agent)) {
    const where = whereIs(agent);
    if (where === 'left') told.push(`${titled(task)} is done by ${nameOf(agent)}, which has left the crew.`);
    if (where === 'gone') {
      told.push(`${titled(task)} was done by ${nameOf(agent)}, which is gone: choose who does it.`);
      agent = null;
    }
  }
  const isThere = (entry: ContextEntry) => 'text' in entry || tasks.some(({ key }) => key === entry.task);
  for (const source of taskKeys(task.context ?? [])) {
    if (isThere({ task: source })) continue;
    told.push(`${titled(task)} is no longer given the output of ${nameOf(source)}, which was removed.`);
  }
  return { task: { ...task, agent, context: task.context?.filter(isThere) ?? null }, told };
}

function titled(task: DraftTask): string {
  return `The task “${titleOfTask(task)}”`;
}
