import type { Statement } from '../db/index.ts';
import type { MusterError } from '../lib/errors.ts';
import { assembleAgents, assembleTasks } from './assemble-crew.ts';
import type { CrewsContext } from './context.ts';
import { mergeCrew, newCrew } from './crew-config.ts';
import { crewErrors, invalidCrew } from './errors.ts';
import { getCrew, unlessGone } from './read-crews.ts';
import { type CrewState, revisionOf } from './revision.ts';
import type { Crew, CrewConfig, WholeCrew, WholeCrewInput } from './types.ts';

/** Makes a crew with its agents and tasks: all of it or nothing. */
export async function createCrew(
  context: CrewsContext,
  accountId: string,
  input: WholeCrewInput,
  createdBy: string | undefined,
): Promise<WholeCrew> {
  const { id, statements } = await prepareCrew(context, accountId, input, createdBy);
  const written = await context.db.write(statements);
  if (!written.ok) throw crewChanged();
  return getCrew(context, accountId, id);
}

/** Throws what createCrew would; what it says is written nowhere. */
export async function prepareCrew(
  context: CrewsContext,
  accountId: string,
  input: WholeCrewInput,
  createdBy: string | undefined,
): Promise<{ readonly id: string; readonly statements: readonly Statement[] }> {
  const config = newCrew(input);
  await checkManager(context, accountId, config);
  const now = context.clock.now();
  const id = context.ids.next('crew_');
  const made = await assembleAgents(context, { id, accountId }, input.agents ?? [], createdBy);
  const agentOrder = made.agents.map((agent) => agent.id);
  const crew: Crew = { ...config, id, accountId, agentOrder, createdAt: now, updatedAt: now };
  const tasks = await assembleTasks(context, crew, input.tasks ?? [], made.agents, []);
  const statements = [
    context.store.insertCrew(crew),
    ...made.statements,
    ...tasks.map((task) => context.store.insertTask(task)),
  ];
  return { id, statements };
}

/** How often a save is repeated on top of others that were faster. Each time at least one of them got through. */
const MAX_ATTEMPTS = 20;

export interface SaveCrewOptions {
  readonly savedBy?: string | undefined;
  /** The revision that is to be changed, and no other; undefined: whatever is there. */
  readonly ifRevision?: string | undefined;
}

/**
 * Merges what is given into the crew, all of it or nothing, and resolves to the state that it leaves. Agents and tasks,
 * where given, take the place of those that there are; agents that are left out stay, and can be called by themselves.
 */
export async function updateCrew(
  context: CrewsContext,
  accountId: string,
  crewId: string,
  input: WholeCrewInput,
  { savedBy, ifRevision }: SaveCrewOptions,
): Promise<CrewState> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const whole = await getCrew(context, accountId, crewId);
    if (ifRevision !== undefined && ifRevision !== revisionOf(whole)) throw crewChanged();
    const { state, statements } = await prepareUpdate(context, whole, input, savedBy);
    if ((await context.db.write(statements)).ok) return state;
    // Somebody else was faster: what is given is merged into what they have made.
  }
  throw crewChanged();
}

async function prepareUpdate(
  context: CrewsContext,
  whole: WholeCrew,
  input: WholeCrewInput,
  savedBy: string | undefined,
): Promise<{ readonly state: CrewState; readonly statements: readonly Statement[] }> {
  const { crew: current, agents: before, tasks: old } = whole;
  const { accountId } = current;
  const { store } = context;
  const config = mergeCrew(current, input);
  if (config.managerModel !== current.managerModel) await checkManager(context, accountId, config);
  // No two saves of a crew or task bear the same time, so that it tells them apart.
  const now = Math.max(context.clock.now(), ...[current, ...old].map(({ updatedAt }) => updatedAt + 1));
  const made = input.agents && (await assembleAgents(context, current, input.agents, savedBy));
  const agents = made?.agents ?? before;
  const agentOrder = made ? made.agents.map((agent) => agent.id) : current.agentOrder;
  const assembled = input.tasks && (await assembleTasks(context, current, input.tasks, agents, old));
  const tasks = assembled?.map((task) => ({ ...task, updatedAt: now }));
  const statements: Statement[] = [store.updateCrew(whole, { ...config, agentOrder }, now)];
  if (made) {
    statements.push(...made.statements);
    for (const { id: agentId } of before) {
      if (agentOrder.includes(agentId)) continue;
      const left = context.agents.prepareUpdate(accountId, agentId, { crewId: null }, { savedBy });
      // One that is gone has left; the crew is no longer as it was read then, and the save is begun anew.
      statements.push(...((await unlessGone(left))?.statements ?? []));
    }
  }
  if (tasks) {
    for (const task of tasks) {
      const was = old.find((other) => other.id === task.id);
      const { id: taskId } = task;
      statements.push(
        was ? store.updateTask(accountId, taskId, task, now, was.updatedAt) : store.insertTask(task),
      );
    }
    const gone = old.filter((task) => !tasks.some((other) => other.id === task.id));
    statements.push(...gone.map((task) => store.deleteTask(task, now)));
  }
  const crew = { ...current, ...config, agentOrder, updatedAt: now };
  return { state: { crew, agents, tasks: tasks ?? old }, statements };
}

export function crewChanged(): MusterError {
  return crewErrors.crew_changed(
    'Somebody else has saved this crew, an agent or a task of it since it was read. Read it again (GET), join both changes, and send the new revision in If-Match.',
  );
}

async function checkManager(
  { catalogue }: CrewsContext,
  accountId: string,
  { managerModel }: CrewConfig,
): Promise<void> {
  if (managerModel !== undefined && !(await catalogue.modelExists(accountId, managerModel))) {
    throw invalidCrew('manager_model', `there is no model '${managerModel}'`);
  }
}
