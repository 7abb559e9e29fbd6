import { isDeepStrictEqual } from 'node:util';
import type { Agent } from '../agents/index.ts';
import type { Statement } from '../db/index.ts';
import { MusterError } from '../lib/errors.ts';
import { checkSchema } from './check-schema.ts';
import type { CrewsContext } from './context.ts';
import { invalidCrew, withinCrew } from './errors.ts';
import { planTasks } from './plan/task-graph.ts';
import { MAX_AGENTS } from './read-crews.ts';
import { mergeTask, newTask } from './task-config.ts';
import { followNames } from './task-references.ts';
import type { Crew, CrewAgentInput, CrewTaskInput, Task } from './types.ts';

const MAX_TASKS = 100;

/** An agent as far as tasks name it. */
export type NamedAgent = Pick<Agent, 'id' | 'name' | 'role'>;

/** Checks the agents that a request gives a crew; `statements` make the new ones and change those that there are. */
export async function assembleAgents(
  context: CrewsContext,
  crew: Pick<Crew, 'id' | 'accountId'>,
  inputs: readonly CrewAgentInput[],
  savedBy: string | undefined,
): Promise<{ readonly agents: readonly Agent[]; readonly statements: readonly Statement[] }> {
  if (inputs.length === 0) throw invalidCrew('agents', 'At least one agent required');
  if (inputs.length > MAX_AGENTS) throw invalidCrew('agents', `may have at most ${MAX_AGENTS} entries`);
  const { accountId } = crew;
  const agents: Agent[] = [];
  const statements: Statement[] = [];
  for (const [index, { id, ...input }] of inputs.entries()) {
    const fields = { ...input, crewId: crew.id };
    await within(`agents.${index}`, async () => {
      if (id !== undefined && !(await context.agents.findCallable(accountId, id))) {
        throw invalidCrew('id', `there is no agent '${id}'`);
      }
      if (agents.some((agent) => agent.id === id)) throw invalidCrew('id', `names '${id}' a second time`);
      const made =
        id === undefined
          ? await context.agents.prepareAgent(accountId, fields, savedBy, { crewIsMadeToo: true })
          : await context.agents.prepareUpdate(accountId, id, fields, { savedBy, crewIsMadeToo: true });
      agents.push(made.agent);
      statements.push(...made.statements);
    });
  }
  return { agents, statements };
}

/**
 * The tasks that a request gives a crew, in its order, checked one by one and with each other. A context that is kept
 * follows the names of those tasks; one that is given stays as it is.
 */
export async function assembleTasks(
  context: CrewsContext,
  crew: Pick<Crew, 'id' | 'accountId'>,
  inputs: readonly CrewTaskInput[],
  agents: readonly NamedAgent[],
  current: readonly Task[],
): Promise<Task[]> {
  if (inputs.length > MAX_TASKS) throw invalidCrew('tasks', `may have at most ${MAX_TASKS} entries`);
  const now = context.clock.now();
  const tasks: Task[] = [];
  for (const [position, input] of inputs.entries()) {
    await within(`tasks.${position}`, async () => {
      const known = current.find(({ id }) => id === input.id);
      if (input.id !== undefined && !known) throw invalidCrew('id', `the crew has no task '${input.id}'`);
      if (tasks.some(({ id }) => id === input.id)) throw invalidCrew('id', 'stands in the list twice');
      const config = known ? mergeTask(known, input) : newTask(input);
      const agentId = agentOfTask(input, agents) ?? (input.agentId === null ? undefined : known?.agentId);
      const task: Task = {
        ...config,
        ...{ id: known?.id ?? context.ids.next('task_'), accountId: crew.accountId },
        ...{ crewId: crew.id, agentId, position },
        ...{ createdAt: known?.createdAt ?? now, updatedAt: now },
      };
      await checkTaskNames(context, task, known, agents);
      tasks.push(task);
    });
  }
  const followed = tasks.map((task, position) =>
    inputs[position]?.context === undefined
      ? { ...task, context: followNames(task.context, current, tasks) }
      : task,
  );
  checkPlan(followed);
  return followed;
}

/** Throws a 400 unless each task's context stands before it and names are unique. */
export function checkPlan(tasks: readonly Task[]): void {
  const graph = planTasks(tasks);
  if (graph.ok) return;
  const place = `tasks.${graph.index}`;
  throw invalidCrew(
    graph.entry === undefined ? `${place}.name` : `${place}.context.${graph.entry}`,
    graph.reason,
  );
}

/** The id of the agent that a task names: by id, by place, or by its role or name, whatever the letters' case. */
export function agentOfTask(
  { agent, agentId }: Pick<CrewTaskInput, 'agent' | 'agentId'>,
  agents: readonly NamedAgent[],
): string | undefined {
  if (agent === undefined) return agentId ?? undefined;
  if (typeof agent === 'number') {
    const found = agents[agent];
    if (!found) throw invalidCrew('agent', `there is no agent ${agent}; the crew has ${agents.length}`);
    return found.id;
  }
  const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();
  const byId = agents.find(({ id }) => id === agent);
  if (byId) return byId.id;
  const named = agents.filter(({ name, role }) => same(name, agent) || same(role, agent));
  const [found] = named;
  if (!found) {
    const names = agents.map(({ name }) => `'${name}'`).join(', ');
    throw invalidCrew('agent', `there is no agent '${agent}'; the crew has ${names}`);
  }
  if (named.length > 1) {
    throw invalidCrew(
      'agent',
      `'${agent}' are ${named.length} agents of the crew; give the place instead, from 0`,
    );
  }
  return found.id;
}

/** Throws a 400 unless the agent, tools and schema of a task are such. What `before` named is not asked again. */
export async function checkTaskNames(
  context: CrewsContext,
  task: Task,
  before: Task | undefined,
  known: readonly Pick<NamedAgent, 'id'>[] = [],
): Promise<void> {
  const { accountId, agentId } = task;
  const isKnown =
    agentId === undefined || agentId === before?.agentId || known.some(({ id }) => id === agentId);
  if (!isKnown && !(await context.agents.findCallable(accountId, agentId))) {
    throw invalidCrew('agent_id', `there is no agent '${agentId}'`);
  }
  for (const [index, tool] of (task.tools ?? []).entries()) {
    if (before?.tools?.includes(tool) || (await context.catalogue.toolExists(accountId, tool))) continue;
    throw invalidCrew(`tools.${index}`, `there is no tool '${tool}'`);
  }
  // What is stored stays legal, whatever is asked of schemas since.
  if (!isDeepStrictEqual(task.outputSchema, before?.outputSchema)) {
    checkSchema(context, 'output_schema', task.outputSchema);
  }
}

async function within<T>(place: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof MusterError && error.status < 500) throw withinCrew(place, error);
    throw error;
  }
}
