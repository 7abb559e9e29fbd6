import { findAgentId } from '../client/find-named.ts';
import { obstacleOf } from '../client/model-obstacle.ts';
import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';
import { dollars, minute, plural } from '../format.ts';

export const agentShow = defineCommand({
  name: 'agent show',
  summary: 'Show an agent: its model, tools, documents and instructions.',
  words: 'AGENT',
  options: { json },
  async run({ words: [given = ''], values }, { connect, out }) {
    const client = connect();
    const id = await findAgentId(client, given);
    const agent = await client.get(`/api/v1/agents/${id}`);
    if (values.json) {
      out.json(agent.raw);
      return;
    }
    const documents = await client.get(`/api/v1/agents/${id}/documents?limit=1`);
    const knowledge = agent.object('knowledge');
    const rows: [string, string][] = [
      ['id', agent.text('id')],
      ['model', `${agent.text('model')} (${agent.text('status')})`],
      ['problem', obstacleOf(agent) ?? ''],
      ['version', `${agent.number('version')}, saved ${minute(agent.text('updated_at'))}`],
      ['description', agent.text('description')],
      ['parameters', settings(agent.object('parameters').raw)],
      ['tools', agent.texts('tools').join(', ')],
      [
        'knowledge',
        `${plural(documents.number('total'), 'document')}, mode ${knowledge.text('mode')}, ${plural(knowledge.number('limit'), 'passage')} at a time`,
      ],
      ['bounds', bounds(agent.number('max_steps'), agent.numberOr('max_cost_usd', Number.NaN))],
    ];
    out.line(out.bold(agent.text('name')));
    for (const [name, value] of rows) {
      if (value !== '') out.line(`${out.dim(name.padEnd(12))} ${value}`);
    }
    const prompt = (['instructions', 'role', 'goal', 'backstory'] as const).filter(
      (part) => agent.text(part) !== '',
    );
    for (const part of prompt) {
      out.line();
      out.line(out.dim(part));
      out.line(agent.text(part));
    }
  },
});

function settings(parameters: object): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(', ');
}

function bounds(steps: number, costUsd: number): string {
  const most = Number.isNaN(costUsd) ? '' : `, at most ${dollars(costUsd)} an answer`;
  return `${plural(steps, 'model call')} an answer${most}`;
}
