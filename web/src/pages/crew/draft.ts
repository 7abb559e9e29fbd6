import type { paths } from '../../api/schema.ts';
import { inputTexts } from '../../ui/input-texts.ts';
import { effortOf } from '../agent/agent-draft.ts';

/** Stands for an agent or task while it is edited: its id, or a name of ours until it has one. */
export type Key = string;

/** What a task is given: the output of a task, or a text. */
export type ContextEntry = { readonly task: Key } | { readonly text: string };

export type CrewReply = paths['/crews/{id}']['get']['responses'][200]['content']['application/json'];
type AgentReply = CrewReply['agents'][number];
type AgentBody = paths['/agents']['post']['requestBody']['content']['application/json'];

export interface DraftAgent {
  readonly key: Key;
  readonly id: string | undefined;
  readonly name: string;
  readonly role: string;
  readonly goal: string;
  readonly backstory: string;
  /** Only shown here: they are changed on the agent's own page. */
  readonly instructions: string;
  readonly model: string;
  readonly tools: readonly string[];
  /** What else is set on the agent's own page; null: it has none yet. */
  readonly rest: AgentRest | null;
  /** The agent as it was when it joined the crew, until that is saved. */
  readonly joined: DraftAgent | null;
}

/** Goes with an agent, so that one that has to be made anew is the same. */
export type AgentRest = Pick<
  AgentBody,
  | 'description'
  | 'parameters'
  | 'knowledge'
  | 'max_steps'
  | 'max_cost_usd'
  | 'daily_limit_usd'
  | 'monthly_limit_usd'
  | 'metadata'
>;

export interface DraftTask {
  readonly key: Key;
  readonly id: string | undefined;
  readonly name: string;
  readonly description: string;
  readonly expected_output: string;
  readonly agent: Key | null;
  /** Null: the outputs of all tasks before it. */
  readonly context: readonly ContextEntry[] | null;
  readonly async: boolean;
  readonly human_input: boolean;
  readonly guardrail: string;
  /** A JSON Schema as text; empty: none. */
  readonly output_schema: string;
  readonly max_retries: string;
  readonly timeout_s: string;
  /** Null: the agent's own. */
  readonly tools: readonly string[] | null;
}

/** A crew as it is edited. Numbers are texts, so that what is half typed stays. */
export interface CrewDraft {
  readonly name: string;
  readonly description: string;
  readonly process: string;
  readonly manager_model: string;
  readonly memory: boolean;
  readonly max_cost_usd: string;
  readonly on_max_cost: string;
  readonly timeout_s: string;
  readonly max_delegations: string;
  readonly max_delegation_depth: string;
  /** What placeholders are when a run leaves them out; texts. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly agents: readonly DraftAgent[];
  readonly tasks: readonly DraftTask[];
}

const text = (value: number | null): string => (value === null ? '' : String(value));

export function toDraft(crew: CrewReply): CrewDraft {
  const { configuration } = crew;
  const places = new Map<string, string>();
  for (const { id, name } of crew.tasks) if (name !== null) places.set(name, id);
  for (const { id } of crew.tasks) places.set(id, id);
  return {
    name: crew.name,
    description: crew.description,
    process: crew.process,
    manager_model: configuration.manager_model ?? '',
    memory: configuration.memory,
    max_cost_usd: text(configuration.max_cost_usd),
    on_max_cost: configuration.on_max_cost,
    timeout_s: text(configuration.timeout_s),
    max_delegations: String(configuration.max_delegations),
    max_delegation_depth: String(configuration.max_delegation_depth),
    inputs: inputTexts(configuration.inputs),
    agents: crew.agents.map(toDraftAgent),
    tasks: crew.tasks.map((task) => ({
      key: task.id,
      id: task.id,
      name: task.name ?? '',
      description: task.description,
      expected_output: task.expected_output,
      agent: task.agent_id,
      context:
        task.context?.map((entry) => {
          const id = places.get(entry);
          return id === undefined ? { text: entry } : { task: id };
        }) ?? null,
      async: task.async,
      human_input: task.human_input,
      guardrail: task.guardrail ?? '',
      output_schema: task.output_schema === null ? '' : JSON.stringify(task.output_schema, null, 2),
      max_retries: String(task.max_retries),
      timeout_s: text(task.timeout_s),
      tools: task.tools,
    })),
  };
}

export function toDraftAgent(agent: AgentReply): DraftAgent {
  const { id, name, role, goal, backstory, instructions, model, tools } = agent;
  const fields = { name, role, goal, backstory, instructions, model, tools };
  return { key: id, id, ...fields, rest: restOf(agent), joined: null };
}

/** One of the account's agents as it comes into a crew. */
export function toJoined(agent: AgentReply): DraftAgent {
  const asRead = toDraftAgent(agent);
  return { ...asRead, joined: asRead };
}

function restOf(agent: AgentReply): AgentRest {
  const { description, parameters, knowledge, max_steps, max_cost_usd } = agent;
  const { daily_limit_usd, monthly_limit_usd, metadata } = agent;
  return {
    description,
    parameters: { ...parameters, reasoning_effort: effortOf(parameters.reasoning_effort) },
    knowledge: { mode: knowledge.mode === 'always' ? 'always' : 'tool', limit: knowledge.limit },
    ...{ max_steps, max_cost_usd, daily_limit_usd, monthly_limit_usd, metadata },
  };
}

let made = 0;
/** Unlike any id, and unlike those of an earlier page that are kept. */
const newKey = (): Key => `new-${Date.now().toString(36)}-${++made}`;

export function newAgent(model: string): DraftAgent {
  return {
    key: newKey(),
    id: undefined,
    name: '',
    role: '',
    goal: '',
    backstory: '',
    instructions: '',
    model,
    tools: [],
    rest: null,
    joined: null,
  };
}

export function newTask(agent: Key | null): DraftTask {
  return {
    ...{ key: newKey(), id: undefined, name: '', description: '', expected_output: '', agent },
    ...{ context: null, async: false, human_input: false, guardrail: '', output_schema: '' },
    ...{ max_retries: '3', timeout_s: '', tools: null },
  };
}

/** Where a crew that is not saved yet begins: one agent with one task. */
export function newCrew(model: string): CrewDraft {
  const agent = newAgent(model);
  return {
    ...{ name: '', description: '', process: 'sequential', manager_model: '', memory: true },
    ...{
      max_cost_usd: '',
      on_max_cost: 'stop',
      timeout_s: '',
      max_delegations: '10',
      max_delegation_depth: '1',
    },
    inputs: {},
    agents: [agent],
    tasks: [newTask(agent.key)],
  };
}

/** A draft that was kept, perhaps by an older console: what it does not have begins as it does now. */
export function wholeDraft(draft: Partial<CrewDraft>): CrewDraft {
  return {
    ...newCrew(''),
    ...draft,
    agents: (draft.agents ?? []).map((agent) => ({ ...newAgent(''), ...agent })),
    tasks: (draft.tasks ?? []).map((task) => ({ ...newTask(null), ...task })),
  };
}

/** What people call it. */
export function titleOfTask({ name, description }: Pick<DraftTask, 'name' | 'description'>): string {
  const title = name.trim() || description.trim().split('\n', 1)[0] || 'New task';
  return title.length > 80 ? `${title.slice(0, 79)}…` : title;
}

export function titleOfAgent({ name, role }: Pick<DraftAgent, 'name' | 'role'>): string {
  return name.trim() || role.trim() || 'New agent';
}
