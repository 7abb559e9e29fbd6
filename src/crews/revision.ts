import { createHash } from 'node:crypto';
import type { Agent } from '../agents/index.ts';
import type { Crew, Task } from './types.ts';

/** A crew with its agents and tasks, as far as it tells whether somebody has saved any of them. */
export interface CrewState {
  readonly crew: Pick<Crew, 'updatedAt'>;
  readonly agents: readonly Pick<Agent, 'id' | 'version'>[];
  readonly tasks: readonly Pick<Task, 'id' | 'updatedAt'>[];
}

/** Tells one state of a crew from every other: whatever somebody saves of it changes it. */
export function revisionOf({ crew, agents, tasks }: CrewState): string {
  const state = [
    crew.updatedAt,
    agents.map(({ id, version }) => [id, version]),
    tasks.map(({ id, updatedAt }) => [id, updatedAt]),
  ];
  return createHash('sha256').update(JSON.stringify(state)).digest('base64url').slice(0, 22);
}
