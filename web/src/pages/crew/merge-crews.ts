import { mergeDrafts } from '../../ui/merge-drafts.ts';
import {
  type CrewDraft,
  type DraftAgent,
  type DraftTask,
  type Key,
  titleOfAgent,
  titleOfTask,
} from './draft.ts';
import { tieLooseEnds } from './loose-ends.ts';
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
  rest: 'Parameters, knowledge and limits',
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

export interface CrewMerge extends Merge<CrewDraft> {
  /** What has to change beside it, because one names what the other has removed: sentences. */
  readonly looseEnds: (taken: ReadonlySet<string>) => readonly string[];
}

/** Joins my changes to a crew with somebody else's. `left`: agents that they took out and that the account still has. */
export function mergeCrews(
  from: CrewDraft,
  now: CrewDraft,
  newest: CrewDraft,
  left: readonly DraftAgent[] = [],
): CrewMerge {
  const { base, mine } = withoutJoining(from, now, newest);
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
      revive(agent, before) {
        const there = left.find(({ id }) => id === agent.id);
        // Deleted, so it is made anew with all that it was.
        if (!there) return { ...agent, id: undefined };
        return { ...mergeDrafts(before, agent, there).merged, joined: there };
      },
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
  const isIn = (list: readonly DraftAgent[], agent: Key) => list.some(({ key }) => key === agent);
  const whereIs = (agent: Key) => {
    if (isIn(left, agent) || isIn(newest.agents, agent)) return 'left';
    return isIn(base.agents, agent) || isIn(mine.agents, agent) ? 'gone' : 'outside';
  };
  const tied = (taken: ReadonlySet<string>) =>
    tieLooseEnds(
      { ...crew.join(taken), agents: agents.join(taken), tasks: tasks.join(taken) },
      { titles, whereIs },
    );
  return {
    theirs: [...crew.theirs, ...agents.theirs, ...tasks.theirs],
    conflicts: [...crew.conflicts, ...agents.conflicts, ...tasks.conflicts],
    join: (taken) => tied(taken).draft,
    looseEnds: (taken) => tied(taken).told,
  };
}

/** An agent that they have in the crew too, since it joined mine: it is compared with what it was then. */
function withoutJoining(base: CrewDraft, mine: CrewDraft, newest: CrewDraft) {
  const both = mine.agents.flatMap(({ key, joined }) =>
    joined && newest.agents.some((agent) => agent.key === key) ? [joined] : [],
  );
  const isBoth = ({ key }: DraftAgent) => both.some((agent) => agent.key === key);
  const isMine = ({ key }: DraftAgent) => mine.agents.some((agent) => agent.key === key && agent.joined);
  return {
    base: { ...base, agents: [...base.agents.filter((agent) => !isMine(agent)), ...both] },
    mine: {
      ...mine,
      agents: mine.agents.map((agent) => (isBoth(agent) ? { ...agent, joined: null } : agent)),
    },
  };
}

function withoutLists({ agents: _agents, tasks: _tasks, ...rest }: CrewDraft) {
  return rest;
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
