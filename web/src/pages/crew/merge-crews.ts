import {
  type ContextEntry,
  type CrewDraft,
  type DraftAgent,
  type DraftTask,
  titleOfAgent,
  titleOfTask,
} from './draft.ts';
import { type Merge, mergeFields, mergeLists } from './merge-lists.ts';

/** As the forms call them; what is not here is called by its own name. */
const CREW_FIELDS: Readonly<Record<string, string>> = {
  name: 'Name',
  description: 'Description',
  process: 'How it works',
  manager_model: 'The manager’s model',
  memory: 'Remembers',
  max_cost_usd: 'Cost limit',
  on_max_cost: 'At that cost a person is asked',
  timeout_s: 'Time limit',
  max_delegations: 'Delegations a task',
  max_delegation_depth: 'Handed on at most',
  inputs: 'Asked for at each run',
};
const AGENT_FIELDS: Readonly<Record<string, string>> = {
  name: 'Name',
  role: 'Role',
  goal: 'Goal',
  backstory: 'Backstory',
  instructions: 'Instructions',
  model: 'Model',
  tools: 'Tools',
};
const TASK_FIELDS: Readonly<Record<string, string>> = {
  name: 'Name',
  description: 'What is to be done',
  expected_output: 'What the result looks like',
  agent: 'Done by',
  context: 'What it is given',
  async: 'Runs beside its neighbours',
  human_input: 'A person approves the output',
  guardrail: 'Guardrail',
  output_schema: 'Output schema',
  max_retries: 'Retries',
  timeout_s: 'Time limit',
  tools: 'Tools of its own',
};

/** Joins my changes to a crew with somebody else's. */
export function mergeCrews(base: CrewDraft, mine: CrewDraft, newest: CrewDraft): Merge<CrewDraft> {
  const titles = titlesOf([base, newest, mine]);
  const show = (value: unknown): string => showValue(value, titles);
  const nameIn = (names: Readonly<Record<string, string>>) => (field: string) => names[field] ?? field;
  const crew = mergeFields(
    { id: 'crew', title: '', nameOf: nameIn(CREW_FIELDS), show },
    ...([withoutLists(base), withoutLists(mine), withoutLists(newest)] as const),
  );
  const agents = mergeLists<DraftAgent>(
    {
      tellingOf: (agent) => ({
        id: agent.key,
        title: `Agent “${titleOfAgent(agent)}”: `,
        nameOf: nameIn(AGENT_FIELDS),
        show,
      }),
      titleOf: (agent) => [titleOfAgent(agent), agent.goal].join('\n'),
      revive: (agent) => ({ ...agent, id: undefined }),
    },
    ...([base.agents, mine.agents, newest.agents] as const),
  );
  const tasks = mergeLists<DraftTask>(
    {
      tellingOf: (task) => ({
        id: task.key,
        title: `Task “${titleOfTask(task)}”: `,
        nameOf: nameIn(TASK_FIELDS),
        show,
      }),
      titleOf: (task) => [titleOfTask(task), task.description].join('\n'),
      revive: (task) => ({ ...task, id: undefined }),
    },
    ...([base.tasks, mine.tasks, newest.tasks] as const),
  );
  return {
    theirs: [...crew.theirs, ...agents.theirs, ...tasks.theirs],
    conflicts: [...crew.conflicts, ...agents.conflicts, ...tasks.conflicts],
    join: (taken) =>
      withoutLooseEnds({ ...crew.join(taken), agents: agents.join(taken), tasks: tasks.join(taken) }),
  };
}

function withoutLists({ agents: _agents, tasks: _tasks, ...rest }: CrewDraft) {
  return rest;
}

/** A task of one may name what the other has removed. */
function withoutLooseEnds(draft: CrewDraft): CrewDraft {
  const agents = new Set(draft.agents.map(({ key }) => key));
  const tasks = new Set(draft.tasks.map(({ key }) => key));
  const isThere = (entry: ContextEntry) => 'text' in entry || tasks.has(entry.task);
  return {
    ...draft,
    tasks: draft.tasks.map((task) => ({
      ...task,
      agent: task.agent !== null && agents.has(task.agent) ? task.agent : null,
      context: task.context?.filter(isThere) ?? null,
    })),
  };
}

function titlesOf(drafts: readonly CrewDraft[]): ReadonlyMap<string, string> {
  return new Map(
    drafts.flatMap(({ agents, tasks }) => [
      ...agents.map((agent) => [agent.key, titleOfAgent(agent)] as const),
      ...tasks.map((task) => [task.key, titleOfTask(task)] as const),
    ]),
  );
}

/** A field's value as lines, for comparing; keys as the titles of what they stand for. */
function showValue(value: unknown, titles: ReadonlyMap<string, string>): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return titles.get(value) ?? value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map((each) => showValue(each, titles)).join('\n');
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value);
  return entries.map(([name, each]) => `${name}: ${showValue(each, titles)}`).join('\n');
}
