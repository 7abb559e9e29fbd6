import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import { invalidCrew } from '../errors.ts';
import type { CrewAgentInput, CrewTaskInput } from '../types.ts';
import { chooseAgent } from './choose-agents.ts';
import { modelOf, toolsOf } from './known-names.ts';
import { flagOf, NOT_CARRIED, noteRest, objectOf, textOf, wholeOf } from './read-fields.ts';
import { readFiles } from './read-files.ts';
import { nameOfAgent } from './slug.ts';
import type { CrewFiles, Entry, ImportOptions, ReadCrew } from './types.ts';

const DEFAULT_NAME = 'Imported crew';
const MAX_STEPS = 50;
const MAX_RETRIES = 10;

/** Reads a crew of CrewAI's files. Throws a 400 that names the place; what was not carried over, and what was taken instead, is listed. */
export async function importCrew(files: CrewFiles, options: ImportOptions): Promise<ReadCrew> {
  const { crew, agents, tasks: found, strays } = readFiles(files);
  const notes = strays.map((place) => `${place}: ${NOT_CARRIED}; the program has it, the files do not`);
  if (agents.length === 0) throw invalidCrew('agents', 'At least one agent required');
  const process = options.process ?? processOf(crew.process, notes);
  const tasks =
    process === 'hierarchical' ? found : found.map((task, index) => withAgent(task, index, agents, notes));
  const input = {
    name: options.name ?? textOf(crew.name) ?? DEFAULT_NAME,
    description: textOf(crew.description),
    process,
    managerModel: await managerModel(crew, options, notes),
    memory: flagOf(crew.memory, 'crew.memory', notes),
    inputs: objectOf(crew.inputs, 'crew.inputs', notes),
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
  notes.push(
    `${task.place}.agent: the files say nobody; '${chosen}' was taken instead. Change it if that is wrong`,
  );
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
    name: textOf(fields.name) ?? nameOfAgent(key, role),
    role,
    goal: textOf(fields.goal),
    backstory: textOf(fields.backstory),
    model: await modelOf(fields.llm ?? fields.model, `${place}.llm`, options, notes),
    parameters: parametersOf(fields, `${place}.llm`, notes),
    tools: await toolsOf(fields.tools, `${place}.tools`, options, notes),
    maxSteps: wholeOf(fields.max_iter, MAX_STEPS, `${place}.max_iter`, notes),
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
    notes.push(
      `${place}.output: the class '${String(schema)}' was not carried over; give the task an output_schema`,
    );
  }
  if (guardrail !== undefined && guardrail !== null && typeof guardrail !== 'string') {
    notes.push(`${place}.guardrail: ${NOT_CARRIED}; give the task a rule in words`);
  }
  noteRest(fields, place, TASK_FIELDS, notes);
  const tools = await toolsOf(fields.tools, `${place}.tools`, options, notes);
  return {
    name: key,
    description: textOf(fields.description) ?? '',
    expectedOutput: textOf(fields.expected_output),
    agent: agentOf(fields.agent, agents, place),
    context: contextOf(context, `${place}.context`, notes),
    async: flagOf(fields.async_execution, `${place}.async_execution`, notes),
    humanInput: flagOf(fields.human_input, `${place}.human_input`, notes),
    outputSchema: isJsonObject(schema) ? schema : undefined,
    guardrail: typeof guardrail === 'string' ? guardrail : undefined,
    maxRetries: wholeOf(
      fields.guardrail_max_retries ?? fields.max_retries,
      MAX_RETRIES,
      `${place}.guardrail_max_retries`,
      notes,
    ),
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

/** Null is CrewAI's other word for none; a list names tasks, and so does a single name. */
function contextOf(context: unknown, place: string, notes: string[]): string[] | undefined {
  if (context === undefined) return undefined;
  if (context === null) return [];
  if (typeof context === 'string') return [context];
  if (Array.isArray(context)) return context.map(String);
  notes.push(`${place}: ${NOT_CARRIED}; what all earlier tasks said was taken instead`);
  return undefined;
}

async function managerModel(
  crew: JsonObject | Readonly<Record<string, unknown>>,
  options: ImportOptions,
  notes: string[],
): Promise<string | undefined> {
  if (crew.manager_llm === undefined || crew.manager_llm === null) return undefined;
  return modelOf(crew.manager_llm, 'crew.manager_llm', options, notes);
}

function processOf(process: unknown, notes: string[]): 'sequential' | 'hierarchical' | undefined {
  if (process === undefined) return undefined;
  const name = String(process)
    .toLowerCase()
    .replace(/^process\./, '');
  if (name === 'sequential' || name === 'hierarchical') return name;
  notes.push(`crew.process: '${name}' is none of Muster's; 'sequential' was taken instead`);
  return undefined;
}

function parametersOf(
  { temperature, llm }: Readonly<Record<string, unknown>>,
  place: string,
  notes: string[],
): CrewAgentInput['parameters'] {
  const own = isJsonObject(llm) ? llm : {};
  noteRest(own, place, ['model', 'temperature'], notes);
  const given = temperature ?? own.temperature;
  return typeof given === 'number' ? { temperature: given } : undefined;
}
