import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import { invalidCrew } from '../errors.ts';
import type { CrewAgentInput, CrewTaskInput } from '../types.ts';
import { chooseAgent } from './choose-agents.ts';
import { readFiles } from './read-files.ts';
import { slug } from './slug.ts';
import type { CrewFiles, Entry, ImportOptions, ReadCrew } from './types.ts';

const DEFAULT_NAME = 'Imported crew';
const MAX_STEPS = 50;
const MAX_RETRIES = 10;

/** What CrewAI's own tools are called here. */
const TOOLS: Readonly<Record<string, string>> = {
  serperdevtool: 'web_search',
  bravesearchtool: 'web_search',
  tavilysearchtool: 'web_search',
  exasearchtool: 'web_search',
  websitesearchtool: 'web_search',
  searchtool: 'web_search',
  filereadtool: 'file_reader',
  filereader: 'file_reader',
  calculatortool: 'calculator',
  ragtool: 'knowledge_search',
};

/** Reads a crew of CrewAI's files. Throws a 400 that names the place; what Muster does not do is listed. */
export async function importCrew(files: CrewFiles, options: ImportOptions): Promise<ReadCrew> {
  const { crew, agents, tasks: found } = readFiles(files);
  const notes: string[] = [];
  if (agents.length === 0) throw invalidCrew('agents', 'At least one agent required');
  const process = options.process ?? processOf(crew.process, notes);
  const tasks =
    process === 'hierarchical' ? found : found.map((task, index) => withAgent(task, index, agents, notes));
  const input = {
    name: options.name ?? textOf(crew.name) ?? DEFAULT_NAME,
    description: textOf(crew.description),
    process,
    managerModel: await managerModel(crew, options, notes),
    memory: typeof crew.memory === 'boolean' ? crew.memory : undefined,
    inputs: isJsonObject(crew.inputs) ? crew.inputs : undefined,
    agents: await Promise.all(agents.map((entry) => toAgent(entry, options, notes))),
    tasks: await Promise.all(tasks.map((entry) => toTask(entry, agents, options, notes))),
  };
  noteRest(crew, 'crew', ['name', 'description', 'process', 'manager_llm', 'memory', 'inputs'], notes);
  return { input, unsupported: notes.toSorted() };
}

/** In a sequential crew each task needs somebody who does it. */
function withAgent(task: Entry, index: number, agents: readonly Entry[], notes: string[]): Entry {
  const { agent } = task.fields;
  if ((agent !== undefined && agent !== null) || agents.length === 1) return task;
  const chosen = agents[chooseAgent(task, index, agents)]?.key;
  notes.push(`${task.place}.agent: the files name none; '${chosen}' was chosen, change it if that is wrong`);
  return { ...task, fields: { ...task.fields, agent: chosen } };
}

async function toAgent(entry: Entry, options: ImportOptions, notes: string[]): Promise<CrewAgentInput> {
  const { key, fields, place } = entry;
  const role = textOf(fields.role) ?? key;
  noteRest(
    fields,
    place,
    ['role', 'goal', 'backstory', 'llm', 'model', 'tools', 'max_iter', 'temperature', 'name'],
    notes,
  );
  return {
    // What has a name of its own keeps it; a key that was only made of the role is no name.
    name: textOf(fields.name) ?? (slug(role) === key ? role.slice(0, 200) : key),
    role,
    goal: textOf(fields.goal),
    backstory: textOf(fields.backstory),
    model: await modelOf(fields.llm ?? fields.model, `${place}.llm`, options, notes),
    parameters: parametersOf(fields),
    tools: await toolsOf(fields.tools, `${place}.tools`, options, notes),
    maxSteps: wholeOf(fields.max_iter, MAX_STEPS),
  };
}

async function toTask(
  entry: Entry,
  agents: readonly Entry[],
  options: ImportOptions,
  notes: string[],
): Promise<CrewTaskInput> {
  const { key, fields, place } = entry;
  const { context, guardrail } = fields;
  const schema = fields.output_json ?? fields.output_pydantic ?? fields.response_model;
  if (schema !== undefined && !isJsonObject(schema)) {
    notes.push(`${place}.output: '${String(schema)}' is a class; give the task an output_schema`);
  }
  if (guardrail !== undefined && typeof guardrail !== 'string') notes.push(`${place}.guardrail`);
  noteRest(fields, place, TASK_FIELDS, notes);
  const tools = await toolsOf(fields.tools, `${place}.tools`, options, notes);
  return {
    name: key,
    description: textOf(fields.description) ?? '',
    expectedOutput: textOf(fields.expected_output),
    agent: agentOf(fields.agent, agents, place),
    context: contextOf(context),
    async: fields.async_execution === true ? true : undefined,
    humanInput: fields.human_input === true ? true : undefined,
    outputSchema: isJsonObject(schema) ? schema : undefined,
    guardrail: typeof guardrail === 'string' ? guardrail : undefined,
    maxRetries: wholeOf(fields.guardrail_max_retries ?? fields.max_retries, MAX_RETRIES),
    tools: tools.length > 0 ? tools : undefined,
  };
}

const TASK_FIELDS = [
  ...['name', 'description', 'expected_output', 'agent', 'context', 'async_execution', 'human_input'],
  ...[
    'output_json',
    'output_pydantic',
    'response_model',
    'guardrail',
    'guardrail_max_retries',
    'max_retries',
  ],
  'tools',
];

/** The place of the agent of this key. */
function agentOf(name: unknown, agents: readonly Entry[], place: string): number | undefined {
  if (name === undefined || name === null) return undefined;
  const at = agents.findIndex(({ key }) => key === name);
  if (at === -1) throw invalidCrew(`${place}.agent`, `there is no agent '${String(name)}' in the files`);
  return at;
}

/** Null is CrewAI's other word for none; a list names tasks. */
function contextOf(context: unknown): string[] | undefined {
  if (context === undefined) return undefined;
  return Array.isArray(context) ? context.map(String) : [];
}

async function managerModel(
  crew: JsonObject | Readonly<Record<string, unknown>>,
  options: ImportOptions,
  notes: string[],
): Promise<string | undefined> {
  if (crew.manager_llm === undefined || crew.manager_llm === null) return undefined;
  return modelOf(crew.manager_llm, 'crew.manager_llm', options, notes);
}

async function modelOf(
  llm: unknown,
  place: string,
  { model, modelExists, modelIsCallable }: ImportOptions,
  notes: string[],
): Promise<string> {
  const wanted = typeof llm === 'string' ? llm.trim() : isJsonObject(llm) ? textOf(llm.model) : undefined;
  // Without another one to take, a model whose provider is yet to be set up is as good as any.
  const isGood = model === undefined ? modelExists : modelIsCallable;
  if (wanted !== undefined && wanted !== '' && (await isGood(wanted))) return wanted;
  if (model === undefined) {
    const problem = wanted ? `there is no model '${wanted}' here` : 'names no model';
    throw invalidCrew(place, `${problem}; send model, to be used instead`);
  }
  if (wanted) notes.push(`${place}: '${wanted}' can not be called here; '${model}' instead`);
  return model;
}

async function toolsOf(
  tools: unknown,
  place: string,
  { toolExists }: ImportOptions,
  notes: string[],
): Promise<string[]> {
  if (!Array.isArray(tools)) return [];
  const found = new Set<string>();
  for (const tool of tools) {
    const name = textOf(isJsonObject(tool) ? tool.name : tool) ?? '';
    const known = (await toolExists(name)) ? name : TOOLS[name.toLowerCase().replaceAll('_', '')];
    if (known !== undefined) found.add(known);
    else notes.push(`${place}: there is no tool '${name}' here`);
  }
  return [...found];
}

function parametersOf({ temperature, llm }: Readonly<Record<string, unknown>>): CrewAgentInput['parameters'] {
  const given = temperature ?? (isJsonObject(llm) ? llm.temperature : undefined);
  return typeof given === 'number' ? { temperature: given } : undefined;
}

function processOf(process: unknown, notes: string[]): 'sequential' | 'hierarchical' | undefined {
  if (process === undefined) return undefined;
  const name = String(process)
    .toLowerCase()
    .replace(/^process\./, '');
  if (name === 'sequential' || name === 'hierarchical') return name;
  notes.push(`crew.process: '${name}'`);
  return undefined;
}

/** Lists the fields that were not looked at, unless they say nothing. */
function noteRest(
  fields: Readonly<Record<string, unknown>>,
  place: string,
  known: readonly string[],
  notes: string[],
): void {
  for (const [name, value] of Object.entries(fields)) {
    if (known.includes(name) || value === null || value === false) continue;
    if (Array.isArray(value) && value.length === 0) continue;
    notes.push(`${place}.${name}`);
  }
}

/** Folded texts of YAML end in a line break that nobody meant. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : undefined;
}

function wholeOf(value: unknown, max: number): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
    ? Math.min(value, max)
    : undefined;
}
