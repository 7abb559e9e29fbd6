import { MusterError } from '../lib/errors.ts';
import type { Page, PageRequest } from '../lib/page.ts';
import type { CrewsContext } from './context.ts';
import { crewErrors } from './errors.ts';
import { findPlaceholders } from './plan/placeholders.ts';
import type { Crew, CrewPlaceholder, CrewSummary, TaskWithStatus, WholeCrew } from './types.ts';

export const MAX_AGENTS = 100;

export async function requireCrew(context: CrewsContext, accountId: string, crewId: string): Promise<Crew> {
  const crew = await context.store.findCrew(accountId, crewId);
  if (!crew) throw crewErrors.crew_not_found(`There is no crew '${crewId}'.`);
  return crew;
}

export async function getCrew(context: CrewsContext, accountId: string, crewId: string): Promise<WholeCrew> {
  const crew = await requireCrew(context, accountId, crewId);
  const [agents, tasks] = await Promise.all([
    readAgents(context, crew),
    readTasks(context, accountId, crewId),
  ]);
  return { crew, status: agents.length > 0 && tasks.length > 0 ? 'active' : 'configuring', agents, tasks };
}

/** The newest first. */
export async function listCrews(
  context: CrewsContext,
  accountId: string,
  request: PageRequest,
  search: string | undefined,
): Promise<Page<CrewSummary>> {
  return { ...(await context.store.listCrews(accountId, request, search)), page: request.page };
}

/** In the order in which they were given. */
export async function readAgents(
  { agents }: CrewsContext,
  crew: Pick<Crew, 'id' | 'accountId' | 'agentOrder'>,
): Promise<WholeCrew['agents']> {
  const { items } = await agents.listAgents(
    crew.accountId,
    { page: 1, limit: MAX_AGENTS },
    { crewId: crew.id },
  );
  const place = (id: string): number => {
    const at = crew.agentOrder.indexOf(id);
    return at === -1 ? crew.agentOrder.length : at;
  };
  // The list has the newest first.
  const ordered = items.toReversed().toSorted((a, b) => place(a.id) - place(b.id));
  const found = await Promise.all(ordered.map(({ id }) => unlessGone(agents.getAgent(crew.accountId, id))));
  return found.filter((agent) => agent !== undefined);
}

/** Of an agent that was in the crew when it was read: undefined when it has been deleted since. */
export async function unlessGone<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof MusterError && error.code === 'agent_not_found') return undefined;
    throw error;
  }
}

async function readTasks(
  { store }: CrewsContext,
  accountId: string,
  crewId: string,
): Promise<TaskWithStatus[]> {
  const tasks = await store.tasksOf(accountId, crewId);
  const statuses = await store.statusesOf(
    accountId,
    tasks.map(({ id }) => id),
  );
  return tasks.map((task) => ({ ...task, status: statuses.get(task.id) ?? 'created' }));
}

/** What a job of the crew has to be given, in the order in which it is used. */
export function placeholdersOf({ crew, agents, tasks }: WholeCrew): CrewPlaceholder[] {
  const usedBy = new Map<string, string[]>();
  const note = (user: string, texts: readonly (string | undefined)[]): void => {
    for (const name of findPlaceholders(texts.map((text) => text ?? ''))) {
      usedBy.set(name, [...(usedBy.get(name) ?? []), user]);
    }
  };
  for (const agent of agents) {
    note(agent.name, [agent.role, agent.goal, agent.backstory, agent.instructions]);
  }
  for (const task of tasks) {
    const texts = [task.description, task.expectedOutput, task.guardrail, ...(task.context ?? [])];
    note(task.name === '' ? task.id : task.name, texts);
  }
  return [...usedBy].map(([name, users]) => {
    const defaultValue = Object.hasOwn(crew.inputs, name) ? crew.inputs[name] : undefined;
    return { name, isRequired: defaultValue === undefined, defaultValue, usedBy: users };
  });
}
