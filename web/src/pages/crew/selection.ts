import type { CrewDraft, Key } from './draft.ts';

/** The agent or task that is being edited; undefined: the crew itself. */
export type Selection = { readonly kind: 'agent' | 'task'; readonly key: Key } | undefined;

/** `tasks.0.description` is a field of the first task. */
export function selectionOf(draft: CrewDraft, field: string | undefined): Selection {
  const [, kind, index] = /^(agents|tasks)\.(\d+)/.exec(field ?? '') ?? [];
  if (kind === undefined) return undefined;
  const isAgent = kind === 'agents';
  const key = (isAgent ? draft.agents : draft.tasks)[Number(index)]?.key;
  return key === undefined ? undefined : { kind: isAgent ? 'agent' : 'task', key };
}
