import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';
import { minute } from '../format.ts';
import { printList } from '../print-list.ts';

export const agentList = defineCommand({
  name: 'agent list',
  summary: 'List the agents, the newest first.',
  options: { json },
  async run({ values }, cli) {
    await printList(cli, values.json, cli.connect().list('/api/v1/agents', 'agents'), {
      none: 'There are no agents. Make one: muster agent create --name NAME --model MODEL',
      columns: {
        id: (agent) => agent.text('id'),
        model: (agent) => agent.text('model'),
        status: (agent) => agent.text('status'),
        version: (agent) => String(agent.number('version')),
        changed: (agent) => minute(agent.text('updated_at')),
        name: (agent) => agent.text('name'),
        crew: (agent) => agent.textOr('crew_name', '-'),
      },
    });
  },
});
