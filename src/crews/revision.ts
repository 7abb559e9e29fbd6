import { createHash } from 'node:crypto';
import type { WholeCrew } from './types.ts';

/** Tells one state of a crew with its agents and tasks from every other: whatever somebody saves of them changes it. */
export function revisionOf({ crew, agents, tasks }: Pick<WholeCrew, 'crew' | 'agents' | 'tasks'>): string {
  const state = [
    crew.updatedAt,
    agents.map(({ id, version }) => [id, version]),
    tasks.map(({ id, updatedAt }) => [id, updatedAt]),
  ];
  return createHash('sha256').update(JSON.stringify(state)).digest('base64url').slice(0, 22);
}
