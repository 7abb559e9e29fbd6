import { ApiError } from '../../api/api-error.ts';
import type { paths } from '../../api/schema.ts';
import { fromInputTexts } from '../../ui/input-texts.ts';
import { isRecord } from '../../ui/kept-text.ts';
import type { CrewDraft, DraftAgent, DraftTask } from './draft.ts';

type CrewBody = paths['/crews']['post']['requestBody']['content']['application/json'];
type AgentBody = NonNullable<CrewBody['agents']>[number];
type TaskBody = NonNullable<CrewBody['tasks']>[number];

/** The request that makes the crew what the draft says. `before`: as it was read; what is the same is left out. */
export function toBody(
  draft: CrewDraft,
  before: CrewDraft | undefined,
  inputs: Readonly<Record<string, unknown>>,
): CrewBody {
  const names = namesOf(draft.tasks);
  const body: CrewBody = {
    name: draft.name,
    description: draft.description,
    process: draft.process === 'hierarchical' ? 'hierarchical' : 'sequential',
    manager_model: draft.manager_model.trim() || null,
    memory: draft.memory,
    max_cost_usd: toNumber('max_cost_usd', draft.max_cost_usd),
    on_max_cost: draft.on_max_cost === 'wait' ? 'wait' : 'stop',
    timeout_s: toNumber('timeout_s', draft.timeout_s),
    max_delegations: toNumber('max_delegations', draft.max_delegations),
    max_delegation_depth: toNumber('max_delegation_depth', draft.max_delegation_depth),
    inputs: fromInputTexts(draft.inputs, inputs),
  };
  // A task names its agent by place, so that a new one can be named too.
  const places = new Map(draft.agents.map(({ key }, place) => [key, place]));
  const agents = draft.agents.map((agent) =>
    toAgent(
      agent,
      before?.agents.find(({ id }) => id !== undefined && id === agent.id),
    ),
  );
  const tasks = draft.tasks.map((task, place) => toTask(task, place, places, names));
  return { ...body, agents, tasks };
}

const AGENT_FIELDS = ['name', 'role', 'goal', 'backstory', 'model', 'tools'] as const;

function toAgent(agent: DraftAgent, before: DraftAgent | undefined): AgentBody {
  const { id, name, role, goal, backstory, instructions, model, tools, rest } = agent;
  if (id === undefined) {
    const shown = { role, goal, backstory, model, tools: [...tools], ...(name.trim() !== '' && { name }) };
    return { ...shown, ...(rest && { ...rest, instructions }) };
  }
  const fields = { name, role, goal, backstory, model, tools: [...tools] };
  const asRead = agent.joined ?? before;
  // One that was kept by an older console: nobody knows any more what of it was changed.
  const changed = asRead
    ? AGENT_FIELDS.filter((field) => JSON.stringify(agent[field]) !== JSON.stringify(asRead[field]))
    : AGENT_FIELDS;
  return { id, ...Object.fromEntries(changed.map((field) => [field, fields[field]])) };
}

function toTask(
  task: DraftTask,
  place: number,
  places: ReadonlyMap<string, number>,
  names: ReadonlyMap<string, string>,
): TaskBody {
  const agent = task.agent === null ? undefined : places.get(task.agent);
  return {
    ...(task.id !== undefined && { id: task.id }),
    name: names.get(task.key) || null,
    description: task.description,
    expected_output: task.expected_output,
    context:
      task.context?.map((entry) => ('text' in entry ? entry.text : (names.get(entry.task) ?? entry.task))) ??
      null,
    async: task.async,
    human_input: task.human_input,
    guardrail: task.guardrail.trim() || null,
    output_schema: toSchema(`tasks.${place}.output_schema`, task.output_schema),
    max_retries: toNumber(`tasks.${place}.max_retries`, task.max_retries),
    timeout_s: toNumber(`tasks.${place}.timeout_s`, task.timeout_s),
    tools: task.tools === null ? null : [...task.tools],
    // One of another crew, or none: the id, which the server knows.
    ...(agent === undefined ? { agent_id: task.agent } : { agent }),
  };
}

/** Other tasks name a new one by its name, so it has to have one when they do. */
function namesOf(tasks: readonly DraftTask[]): Map<string, string> {
  const used = new Set(
    tasks.flatMap(({ context }) => (context ?? []).flatMap((entry) => ('task' in entry ? [entry.task] : []))),
  );
  const taken = new Set(tasks.map(({ name }) => name.trim()));
  return new Map(
    tasks.flatMap(({ key, id, name }, index) => {
      if (name.trim() !== '') return [[key, name.trim()] as const];
      if (id !== undefined || !used.has(key)) return [];
      let made = `task ${index + 1}`;
      while (taken.has(made)) made = `${made}a`;
      taken.add(made);
      return [[key, made] as const];
    }),
  );
}

function wrong(field: string, reason: string): ApiError {
  return new ApiError(400, { code: 'VALIDATION_ERROR', message: reason, details: { field, reason } });
}

function toNumber(field: string, text: string): number | null {
  if (text.trim() === '') return null;
  const value = Number(text);
  if (!Number.isFinite(value)) throw wrong(field, 'must be a number');
  return value;
}

function toSchema(field: string, text: string): Record<string, unknown> | null {
  if (text.trim() === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw wrong(field, `is not valid JSON: ${why}`);
  }
  if (!isRecord(value)) throw wrong(field, 'must be a JSON object');
  return value;
}
