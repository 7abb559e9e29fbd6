import type { Fields } from '../client/fields.ts';
import { findCrewId } from '../client/find-named.ts';
import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';
import { dollars, minute } from '../format.ts';
import { tellHowToRun } from '../run/tell-how-to-run.ts';

/** What is shown of a text that a task is given. */
const MAX_CHARS = 60;

export const crewShow = defineCommand({
  name: 'crew show',
  summary: 'Show a crew: its agents, its tasks, and how to run it.',
  words: 'CREW',
  options: { json },
  async run({ words: [given = ''], values }, cli) {
    const client = cli.connect();
    const id = await findCrewId(client, given);
    const crew = await client.get(`/api/v1/crews/${id}`);
    const { out } = cli;
    if (values.json) {
      out.json(crew.raw);
      return;
    }
    out.line(out.bold(crew.text('name')));
    for (const [name, value] of factsOf(crew)) {
      if (value !== '') out.line(`${out.dim(name.padEnd(12))} ${value}`);
    }
    const agents = crew.list('agents');
    const names = new Map(agents.map((agent) => [agent.text('id'), agent.text('name')]));
    out.line();
    out.table(
      ['AGENT', 'ID', 'MODEL', 'STATUS', 'TOOLS'],
      agents.map((agent) => [
        ...[agent.text('name'), agent.text('id'), agent.text('model'), agent.text('status')],
        agent.texts('tools').join(', ') || '-',
      ]),
    );
    const tasks = crew.list('tasks');
    const unnamed = whoElse(crew);
    const titles = new Map(tasks.map((task) => [task.text('id'), task.textOr('name', '')]));
    for (const task of tasks) {
      const by = names.get(task.textOr('agent_id', '')) ?? unnamed;
      out.line();
      out.line(
        `${out.bold(task.textOr('name', '') || task.text('id'))}: ${[by, ...traitsOf(task, titles)].join(', ')}`,
      );
      out.line(task.text('description'));
    }
    await tellHowToRun(cli, client, id);
  },
});

function factsOf(crew: Fields): [string, string][] {
  const configuration = crew.object('configuration');
  const bound = configuration.has('max_cost_usd')
    ? `at most ${dollars(configuration.number('max_cost_usd'))} a job`
    : '';
  return [
    ['id', crew.text('id')],
    ['status', `${crew.text('status')}, changed ${minute(crew.text('updated_at'))}`],
    ['description', crew.text('description')],
    ['process', crew.text('process')],
    ['manager', configuration.textOr('manager_model', '')],
    ['memory', configuration.isTrue('memory') ? 'on' : 'off'],
    ['bounds', bound],
  ];
}

/** Who does a task that names no agent. */
function whoElse(crew: Fields): string {
  if (crew.text('process') === 'hierarchical') return 'whoever the manager chooses';
  const [only, ...others] = crew.list('agents');
  return only && others.length === 0 ? only.text('name') : 'no agent yet';
}

/** What is special about a task. */
function traitsOf(task: Fields, titles: ReadonlyMap<string, string>): string[] {
  // Names or ids of tasks, or texts.
  const given = task.texts('context').map((entry) => short(titles.get(entry) || entry));
  return [
    ...(task.has('context')
      ? [given.length === 0 ? 'given no outputs' : `given ${given.join(' and ')}`]
      : []),
    ...(task.isTrue('async') ? ['beside the others'] : []),
    ...(task.isTrue('human_input') ? ['asks a person'] : []),
    ...(task.has('guardrail') ? ['has a guardrail'] : []),
    ...(task.has('output_schema') ? ['answers by a schema'] : []),
  ];
}

function short(text: string): string {
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS - 1)}…` : text;
}
