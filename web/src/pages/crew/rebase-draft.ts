import type { ContextEntry, CrewDraft, DraftAgent, DraftTask, Key } from './draft.ts';
import { mergeCrews } from './merge-crews.ts';
import { toBody } from './to-body.ts';

/** Whether `newest` is what came of sending `sent`: then a save of which no reply came has been done. */
export function isSaved(
  sent: CrewDraft,
  newest: CrewDraft,
  inputs: Readonly<Record<string, unknown>>,
): boolean {
  // The server takes the blanks off.
  const text = (draft: CrewDraft) =>
    JSON.stringify(toBody(draft, newest, inputs), (_, value: unknown) =>
      typeof value === 'string' ? value.trim() : value,
    );
  return text(withIds(sent, sent, newest)) === text(newest);
}

interface Named {
  readonly key: Key;
  readonly id: string | undefined;
}

/** What has been typed since `sent` was sent, on top of what was `saved` of it. */
export function rebaseDraft(sent: CrewDraft, typed: CrewDraft, saved: CrewDraft): CrewDraft {
  if (JSON.stringify(sent) === JSON.stringify(typed)) return saved;
  const [before, mine] = [withIds(sent, sent, saved), withIds(typed, sent, saved)];
  return mergeCrews(before, mine, saved).join(new Set());
}

/** The keys of what was new in `sent`, as `saved` has them. */
export function newKeys(sent: CrewDraft, saved: CrewDraft): ReadonlyMap<Key, Key> {
  const isAgent = (one: DraftAgent, other: DraftAgent) => one.role === other.role && one.goal === other.goal;
  const isTask = (one: DraftTask, other: DraftTask) => one.description === other.description;
  return new Map([...pairs(sent.agents, saved.agents, isAgent), ...pairs(sent.tasks, saved.tasks, isTask)]);
}

function pairs<Item extends Named>(
  sent: readonly Item[],
  saved: readonly Item[],
  isSame: (one: Item, other: Item) => boolean,
): (readonly [Key, Key])[] {
  const added = sent.filter(({ id }) => id === undefined);
  const made = saved.filter(({ id }) => !sent.some((item) => item.id === id));
  // They come in the order in which they were sent; more only when somebody else has added some since.
  if (added.length === made.length) {
    return added.flatMap(({ key }, place) => made.slice(place, place + 1).map((item) => [key, item.key]));
  }
  return added.flatMap((item) => {
    const place = made.findIndex((other) => isSame(item, other));
    return made.splice(place, place === -1 ? 0 : 1).map((found) => [item.key, found.key] as const);
  });
}

/** `draft` with what was new in `sent` under the ids, and where it had none the names, that it has got. */
function withIds(draft: CrewDraft, sent: CrewDraft, saved: CrewDraft): CrewDraft {
  const keys = newKeys(sent, saved);
  const keyOf = (key: Key) => keys.get(key) ?? key;
  const named = <Item extends Named & { readonly name: string }>(item: Item, list: readonly Item[]): Item => {
    const found = list.find(({ key }) => key === keys.get(item.key));
    if (!found) return item;
    return { ...item, key: found.key, id: found.id, name: item.name.trim() === '' ? found.name : item.name };
  };
  return {
    ...draft,
    agents: draft.agents.map((agent) => {
      const isSent = sent.agents.some(({ key }) => key === agent.key);
      return { ...named(agent, saved.agents), joined: isSent ? null : agent.joined };
    }),
    tasks: draft.tasks.map((task) => ({
      ...named(task, saved.tasks),
      agent: task.agent === null ? null : keyOf(task.agent),
      context:
        task.context?.map((entry): ContextEntry => ('task' in entry ? { task: keyOf(entry.task) } : entry)) ??
        null,
    })),
  };
}
