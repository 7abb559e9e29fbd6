import type { Statement } from '../db/index.ts';
import { assembleAgents, assembleTasks } from './assemble-crew.ts';
import type { CrewsContext } from './context.ts';
import { mergeCrew, newCrew } from './crew-config.ts';
import { crewErrors, invalidCrew } from './errors.ts';
import { getCrew } from './read-crews.ts';
import { revisionOf } from './revision.ts';
import { CREW } from './store.ts';
import type { Crew, CrewConfig, WholeCrew, WholeCrewInput } from './types.ts';

/** Makes a crew with its agents and tasks: all of it or nothing. */
export async function createCrew(
  context: CrewsContext,
  accountId: string,
  input: WholeCrewInput,
  createdBy: string | undefined,
): Promise<WholeCrew> {
  const config = newCrew(input);
  await checkManager(context, accountId, config);
  const now = context.clock.now();
  const id = context.ids.next('crew_');
  const made = await assembleAgents(context, { id, accountId }, input.agents ?? [], createdBy);
  const agentOrder = made.agents.map((agent) => agent.id);
  const crew: Crew = { ...config, id, accountId, agentOrder, createdAt: now, updatedAt: now };
  const tasks = await assembleTasks(context, crew, input.tasks ?? [], made.agents, []);
  const written = await context.db.write([
    context.store.insertCrew(crew),
    ...made.statements,
    ...tasks.map((task) => context.store.insertTask(task)),
  ]);
  if (!written.ok) throw crewErrors.crew_not_found(`The crew '${id}' could not be made.`);
  for (const { id: agentId, ...change } of made.changes) {
    await context.agents.updateAgent(accountId, agentId, { ...change, crewId: id }, { savedBy: createdBy });
  }
  return getCrew(context, accountId, id);
}

export interface SaveCrewOptions {
  readonly savedBy?: string | undefined;
  /** The revision that is to be changed, and no other; undefined: whatever is there. */
  readonly ifRevision?: string | undefined;
}

/** Merges what is given into the crew. Agents and tasks, where given, take the place of those that there are. */
export async function updateCrew(
  context: CrewsContext,
  accountId: string,
  crewId: string,
  input: WholeCrewInput,
  { savedBy, ifRevision }: SaveCrewOptions,
): Promise<WholeCrew> {
  const whole = await getCrew(context, accountId, crewId);
  const current = whole.crew;
  if (ifRevision !== undefined && ifRevision !== revisionOf(whole)) throw crewChanged();
  const config = mergeCrew(current, input);
  if (config.managerModel !== current.managerModel) await checkManager(context, accountId, config);
  const { store } = context;
  // No two saves of a crew bear the same time, so that it tells them apart.
  const now = Math.max(context.clock.now(), current.updatedAt + 1);
  const before = whole.agents;
  const made = input.agents && (await assembleAgents(context, current, input.agents, savedBy));
  const agents = made?.agents ?? before;
  const agentOrder = made ? made.agents.map(({ id }) => id) : current.agentOrder;
  const ifSavedAt = ifRevision === undefined ? undefined : current.updatedAt;
  const statements: Statement[] = [
    store.updateCrew(accountId, crewId, { ...config, agentOrder }, now, ifSavedAt),
  ];
  statements.push(...(made?.statements ?? []));
  if (input.tasks) {
    const old = await store.tasksOf(accountId, crewId);
    const tasks = await assembleTasks(context, current, input.tasks, agents, old);
    for (const task of tasks) {
      const isOld = old.some(({ id }) => id === task.id);
      statements.push(isOld ? store.updateTask(accountId, task.id, task, now) : store.insertTask(task));
    }
    const gone = old.filter((task) => !tasks.some(({ id }) => id === task.id));
    statements.push(...gone.map(({ id }) => store.deleteTask(accountId, id, now)));
  }
  const written = await context.db.write(statements);
  if (!written.ok) {
    if (written.refused === CREW && ifRevision !== undefined) throw crewChanged();
    if (written.refused === CREW) throw crewErrors.crew_not_found(`There is no crew '${crewId}'.`);
    throw invalidCrew('tasks', 'were changed by somebody else at the same time; read the crew again');
  }
  if (made) await moveAgents(context, current, made, before, savedBy);
  return getCrew(context, accountId, crewId);
}

/** Agents that were left out of the new list leave the crew; they stay, and can be called by themselves. */
async function moveAgents(
  { agents }: CrewsContext,
  { id: crewId, accountId }: Crew,
  made: Awaited<ReturnType<typeof assembleAgents>>,
  before: readonly { readonly id: string }[],
  savedBy: string | undefined,
): Promise<void> {
  for (const { id, ...change } of made.changes) {
    await agents.updateAgent(accountId, id, { ...change, crewId }, { savedBy });
  }
  for (const { id } of before) {
    if (made.agents.some((agent) => agent.id === id)) continue;
    await agents.updateAgent(accountId, id, { crewId: null }, { savedBy });
  }
}

function crewChanged() {
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
