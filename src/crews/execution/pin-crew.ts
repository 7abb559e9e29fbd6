import type { Agents, CallableAgent } from '../../agents/index.ts';
import { invalid } from '../../lib/errors.ts';
import type { JsonObject } from '../../lib/json.ts';
import { invalidCrew } from '../errors.ts';
import { fillPlaceholders, missingInputs } from '../plan/placeholders.ts';
import { type ContextSource, planTasks } from '../plan/task-graph.ts';
import { placeholdersOf } from '../read-crews.ts';
import type { Task, WholeCrew } from '../types.ts';
import { managerInstructions } from './prompts.ts';
import type { PinnedAgent, PinnedCaller, PinnedJob, PinnedTask } from './types.ts';

/** A manager asks the model once more for each piece of work that it hands out, and for its answer. */
const MANAGER_EXTRA_STEPS = 5;

export interface PinRequest {
  readonly whole: WholeCrew;
  readonly inputs: JsonObject;
  /** Which item of a batch they are. */
  readonly item?: number | undefined;
  readonly caller: PinnedCaller;
  readonly endUser: string;
  readonly isGated: boolean;
  /** Instead of the crew's. */
  readonly maxCostNanoUsd?: bigint | undefined;
}

/**
 * The crew as it is now, with everything that a job needs: nobody has to look anything up later. Throws a 400 that names
 * what is missing: an agent, a task, an input.
 */
export async function pinCrew(
  rooms: {
    readonly agents: Agents;
    readonly hasDocuments: (accountId: string, agentId: string) => Promise<boolean>;
  },
  { whole, inputs: given, item, caller, endUser, isGated, maxCostNanoUsd }: PinRequest,
): Promise<PinnedJob> {
  const { crew, tasks } = whole;
  if (whole.agents.length === 0) throw invalidCrew('agents', 'At least one agent required');
  if (tasks.length === 0) throw invalidCrew('tasks', 'At least one task required');
  const inputs = { ...crew.inputs, ...given };
  checkInputs(whole, inputs, item);
  const fill = (text: string): string => fillPlaceholders(text, inputs);
  const owners = tasks.map((task, index) => ownerOf(whole, task, index));
  const ids = new Set([
    ...whole.agents.map(({ id }) => id),
    ...owners.flatMap((id) => (id === null ? [] : [id])),
  ]);
  const names = new Set<string>();
  const agents: PinnedAgent[] = [];
  for (const id of ids) {
    const agent = await rooms.agents.findCallable(crew.accountId, id);
    if (!agent)
      throw invalidCrew('tasks', `the agent '${id}' of a task was deleted; give the task another one`);
    const hasDocuments = await rooms.hasDocuments(crew.accountId, id);
    agents.push(pinAgent(agent, uniqueName(fill(agent.config.name), names), hasDocuments, fill));
  }
  const [first] = agents;
  if (!first) throw invalidCrew('agents', 'At least one agent required');
  const graph = planTasks(tasks);
  if (!graph.ok) throw invalidCrew(`tasks.${graph.index}.context`, graph.reason);
  const pinnedTasks = tasks.map((task, index): PinnedTask => {
    const planned = graph.tasks[index];
    return pinTask(task, owners[index] ?? null, planned?.sources ?? [], planned?.needs ?? [], fill);
  });
  const texts = { crewName: fill(crew.name), crewDescription: fill(crew.description) };
  const isManaged = crew.process === 'hierarchical';
  return {
    ...{ crewId: crew.id, ...texts, process: crew.process, memory: crew.memory, endUser },
    maxCostNanoUsd: (maxCostNanoUsd ?? crew.maxCostNanoUsd)?.toString() ?? null,
    onMaxCost: crew.onMaxCost,
    timeoutMs: crew.timeoutMs ?? null,
    ...{ maxDelegations: crew.maxDelegations, maxDelegationDepth: crew.maxDelegationDepth },
    leader: isManaged ? managerOf(whole, texts, first, agents, names) : first,
    ...{ agents, tasks: pinnedTasks, inputs, caller, isGated },
  };
}

function checkInputs(whole: WholeCrew, inputs: JsonObject, item: number | undefined): void {
  const names = placeholdersOf(whole).map(({ name }) => name);
  const [missing, ...others] = missingInputs(names, inputs);
  if (missing === undefined) return;
  const also = others.length === 0 ? '' : `; also missing: ${others.join(', ')}`;
  throw invalid(
    item === undefined ? `inputs.${missing}` : `inputs.${item}.${missing}`,
    `is required: the crew has the placeholder {${missing}}${also}`,
    `The input '${missing}' is missing${item === undefined ? '' : ` in item ${item} of the batch`}${also}. GET /crews/{id}/inputs lists what the crew needs.`,
  );
}

/** The agent that does a task; null where the manager chooses. */
function ownerOf({ crew, agents }: WholeCrew, task: Task, index: number): string | null {
  if (task.agentId !== undefined) return task.agentId;
  if (crew.process === 'hierarchical') return null;
  const [only] = agents;
  if (only && agents.length === 1) return only.id;
  throw invalidCrew(
    `tasks.${index}.agent_id`,
    'is required: in a sequential crew of several agents each task has to say who does it',
  );
}

function pinAgent(
  { id, version, config, instructions }: CallableAgent,
  name: string,
  hasDocuments: boolean,
  fill: (text: string) => string,
): PinnedAgent {
  const { knowledge } = config;
  return {
    ...{ id, version, name, role: fill(config.role), goal: fill(config.goal) },
    instructions: fill(instructions),
    ...{ model: config.model, parameters: config.parameters, tools: config.tools, maxSteps: config.maxSteps },
    maxCostNanoUsd: config.maxCostNanoUsd?.toString() ?? null,
    dailyLimitNanoUsd: config.dailyLimitNanoUsd?.toString() ?? null,
    monthlyLimitNanoUsd: config.monthlyLimitNanoUsd?.toString() ?? null,
    knowledge: { mode: hasDocuments ? knowledge.mode : 'none', limit: knowledge.limit },
  };
}

function managerOf(
  { crew }: WholeCrew,
  texts: { readonly crewName: string; readonly crewDescription: string },
  first: PinnedAgent,
  agents: readonly PinnedAgent[],
  names: Set<string>,
): PinnedAgent {
  return {
    // It is the crew's own, and stands on the bill as such.
    id: crew.id,
    version: 1,
    name: uniqueName('Crew Manager', names),
    role: 'Crew Manager',
    goal: '',
    instructions: managerInstructions(texts, agents),
    model: crew.managerModel ?? first.model,
    parameters: {},
    tools: [],
    maxSteps: crew.maxDelegations + MANAGER_EXTRA_STEPS,
    maxCostNanoUsd: null,
    knowledge: { mode: 'none', limit: 0 },
  };
}

function pinTask(
  task: Task,
  agentId: string | null,
  sources: readonly ContextSource[],
  needs: readonly string[],
  fill: (text: string) => string,
): PinnedTask {
  return {
    ...{ id: task.id, name: task.name, agentId, needs, humanInput: task.humanInput, kept: null },
    description: fill(task.description),
    expectedOutput: fill(task.expectedOutput),
    sources: sources.map((source) =>
      source.type === 'text' ? { type: 'text', text: fill(source.text) } : source,
    ),
    outputSchema: task.outputSchema ?? null,
    guardrail: task.guardrail === undefined ? null : fill(task.guardrail),
    ...{ maxRetries: task.maxRetries, tools: task.tools ?? null, timeoutMs: task.timeoutMs ?? null },
  };
}

function uniqueName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${wanted} (${count})`;
  taken.add(name.toLowerCase());
  return name;
}
