import { findAgentId } from '../client/find-agent.ts';
import { defineCommand } from '../command.ts';
import { CommandFailed } from '../failures.ts';
import { exportAgent } from '../transfer/export-agent.ts';

export const exportCommand = defineCommand({
  name: 'export',
  summary: 'Print an agent as a file that muster import takes.',
  words: 'ID',
  details: `The file has the agent's configuration and the names of its documents; with --documents their texts too.
  muster export agent_… > support.json`,
  options: {
    documents: { type: 'boolean', help: 'Include the texts of its documents.' },
  },
  async run({ words: [given = ''], values }, { connect, out, clock }) {
    const client = connect();
    const id = await findAgentId(client, given);
    if (!id.startsWith('agent_')) throw new CommandFailed(`'${given}' is no agent.`);
    out.json(await exportAgent(client, id, { withTexts: values.documents, now: clock.now() }));
  },
});
