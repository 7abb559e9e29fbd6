import type { CrewDraft, Key } from './draft.ts';

/** The agent or task that is being edited; undefined: the crew itself. */
export type Selection = { readonly kind: 'agent' | 'task'; readonly key: Key } | undefined;

/** Where what is selected stands; places outlive a save, in which it may get another key. */
export function placeOf(draft: CrewDraft, selection: Selection) {
  if (!selection) return undefined;
  const list = selection.kind === 'agent' ? draft.agents : draft.tasks;
  return { kind: selection.kind, index: list.findIndex(({ key }) => key === selection.key) };
}

export function atPlace(draft: CrewDraft, place: ReturnType<typeof placeOf>): Selection {
  if (!place) return undefined;
  const key = (place.kind === 'agent' ? draft.agents : draft.tasks)[place.index]?.key;
  return key === undefined ? undefined : { kind: place.kind, key };
}

/** `tasks.0.description` is a field of the first task. */
export function selectionOf(draft: CrewDraft, field: string | undefined): Selection {
  const [, kind, index] = /^(agents|tasks)\.(\d+)/.exec(field ?? '') ?? [];
  if (kind === undefined) return undefined;
  return atPlace(draft, { kind: kind === 'agents' ? 'agent' : 'task', index: Number(index) });
}
