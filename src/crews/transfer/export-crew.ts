import { stringify } from 'yaml';
import type { Json, JsonObject } from '../../lib/json.ts';
import type { TaskWithStatus, WholeCrew } from '../types.ts';
import { nameOfAgent, uniqueSlugs } from './slug.ts';
import type { CrewFiles } from './types.ts';

export interface ExportedCrew {
  readonly files: CrewFiles;
  /** What the crew has and the files can not say. */
  readonly unsupported: readonly string[];
}

const YAML = { lineWidth: 0 } as const;

/** The crew as CrewAI's files: agents.yaml and tasks.yaml, or crew.jsonc and agents/*.jsonc. */
export function exportCrew(whole: WholeCrew, format: 'yaml' | 'jsonc'): ExportedCrew {
  const { crew, agents, tasks } = whole;
  const unsupported: string[] = [];
  const agentKeys = uniqueSlugs(
    agents.map(({ name }) => name),
    'agent',
  );
  const taskKeys = keysOf(tasks);
  const agentFields = agents.map((agent, index) => toAgent(agent, agentKeys[index] ?? '', unsupported));
  const keys = new Map(tasks.map((task, index) => [task.id, taskKeys[index] ?? '']));
  const taskFields = tasks.map((task) => {
    const at = agents.findIndex(({ id }) => id === task.agentId);
    return toTask(task, agentKeys[at], keys, tasks, unsupported);
  });
  noteCrew(whole, format, unsupported);
  const zipped = (names: readonly string[], fields: readonly JsonObject[]): Record<string, Json> =>
    Object.fromEntries(names.map((name, index) => [name, fields[index] ?? {}]));
  if (format === 'yaml') {
    return {
      files: {
        'agents.yaml': stringify(zipped(agentKeys, agentFields), YAML),
        'tasks.yaml': stringify(zipped(taskKeys, taskFields), YAML),
      },
      unsupported,
    };
  }
  const file = {
    name: crew.name,
    ...(crew.description !== '' && { description: crew.description }),
    agents: agentKeys,
    tasks: taskFields.map((fields, index) => ({ name: taskKeys[index] ?? '', ...fields })),
    process: crew.process,
    ...(crew.managerModel !== undefined && { manager_llm: crew.managerModel }),
    memory: crew.memory,
    ...(Object.keys(crew.inputs).length > 0 && { inputs: crew.inputs }),
  };
  const members = agentKeys.map((key, index) => [`agents/${key}.jsonc`, pretty(agentFields[index] ?? {})]);
  return { files: { 'crew.jsonc': pretty(file), ...Object.fromEntries(members) }, unsupported };
}

type Member = WholeCrew['agents'][number];

function toAgent(agent: Member, key: string, unsupported: string[]): JsonObject {
  const { instructions, parameters, knowledge, maxCostNanoUsd, metadata, description } = agent;
  const { temperature, ...others } = parameters;
  const note = (has: boolean, field: string): void => {
    if (has) unsupported.push(`agents.${key}.${field}`);
  };
  note(instructions.trim() !== '', 'instructions');
  note(description !== '', 'description');
  note(Object.keys(others).length > 0, 'parameters');
  note(knowledge.mode === 'always', 'knowledge');
  note(maxCostNanoUsd !== undefined, 'max_cost_usd');
  note(Object.keys(metadata).length > 0, 'metadata');
  const role = agent.role === '' ? agent.name : agent.role;
  return {
    // Beside CrewAI's own fields, where the key does not say it.
    ...(nameOfAgent(key, role) !== agent.name && { name: agent.name }),
    role,
    goal: agent.goal,
    backstory: agent.backstory,
    llm: temperature === undefined ? agent.model : { model: agent.model, temperature },
    ...(agent.tools.length > 0 && { tools: [...agent.tools] }),
    max_iter: agent.maxSteps,
  };
}

function toTask(
  task: TaskWithStatus,
  agentKey: string | undefined,
  keys: ReadonlyMap<string, string>,
  tasks: readonly TaskWithStatus[],
  unsupported: string[],
): JsonObject {
  const key = keys.get(task.id) ?? '';
  if (task.agentId !== undefined && agentKey === undefined) unsupported.push(`tasks.${key}.agent`);
  if (task.timeoutMs !== undefined) unsupported.push(`tasks.${key}.timeout_s`);
  const context = task.context?.flatMap((entry, index) => {
    const named = tasks.find(({ id, name }) => id === entry || (name !== '' && name === entry));
    const known = named && keys.get(named.id);
    if (known === undefined) unsupported.push(`tasks.${key}.context.${index}`);
    return known ?? [];
  });
  return {
    description: task.description,
    expected_output: task.expectedOutput,
    ...(agentKey !== undefined && { agent: agentKey }),
    ...(context && { context }),
    ...(task.async && { async_execution: true }),
    ...(task.humanInput && { human_input: true }),
    ...(task.outputSchema && { output_json: task.outputSchema }),
    ...(task.guardrail !== undefined && { guardrail: task.guardrail }),
    ...(task.maxRetries !== 3 && { guardrail_max_retries: task.maxRetries }),
    ...(task.tools && { tools: [...task.tools] }),
  };
}

/** A task is known by its name; one that has none by what it begins with. */
function keysOf(tasks: readonly TaskWithStatus[]): string[] {
  const names = new Set(tasks.map(({ name }) => name));
  const made = uniqueSlugs(
    tasks.map(({ description }) => description.split(/\s+/).slice(0, 5).join(' ')),
    'task',
  );
  return tasks.map(({ name }, index) => {
    if (name !== '') return name;
    const key = made[index] ?? `task_${index + 1}`;
    return names.has(key) ? `${key}_${index + 1}` : key;
  });
}

function noteCrew({ crew }: WholeCrew, format: 'yaml' | 'jsonc', unsupported: string[]): void {
  if (crew.maxCostNanoUsd !== undefined) unsupported.push('crew.max_cost_usd');
  if (crew.timeoutMs !== undefined) unsupported.push('crew.timeout_s');
  if (format === 'jsonc') return;
  // CrewAI has these in the program beside its YAML files.
  if (crew.process !== 'sequential') unsupported.push('crew.process');
  if (crew.managerModel !== undefined) unsupported.push('crew.manager_model');
  if (Object.keys(crew.inputs).length > 0) unsupported.push('crew.inputs');
}

function pretty(value: Json): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
