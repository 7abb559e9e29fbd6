import { modelObstacle } from '../client/model-obstacle.ts';
import { defineCommand } from '../command.ts';
import { UsageError } from '../failures.ts';
import { json } from '../flags.ts';
import { readJsonFile } from '../read-json-file.ts';

export const agentCreate = defineCommand({
  name: 'agent create',
  summary: 'Make an agent and print its id.',
  details: `The file is the JSON that POST /api/v1/agents takes: name, instructions, model, parameters, tools and so on.
Flags go before what stands in the file. Only the id goes to standard output:
  AGENT=$(muster agent create --name Support --model sandbox)`,
  options: {
    file: { type: 'string', value: 'FILE', help: 'Its configuration as JSON; - is standard input.' },
    name: { type: 'string', value: 'NAME', help: 'How it is called.' },
    model: { type: 'string', value: 'MODEL', help: 'Such as openai/gpt-4o-mini, or sandbox.' },
    instructions: { type: 'string', value: 'TEXT', help: 'Its system prompt.' },
    json,
  },
  async run({ values }, cli) {
    const { file, name, model, instructions } = values;
    if (file === undefined && (name === undefined || model === undefined)) {
      throw new UsageError('muster agent create needs --file FILE, or --name NAME and --model MODEL.');
    }
    const configuration = file === undefined ? {} : (await readJsonFile(cli, file)).raw;
    if ('format' in configuration) {
      throw new UsageError(`${file} is an exported agent. Take it in with: muster import ${file}`);
    }
    const client = cli.connect();
    const agent = await client.post('/api/v1/agents', {
      ...configuration,
      ...(name !== undefined && { name }),
      ...(model !== undefined && { model }),
      ...(instructions !== undefined && { instructions }),
    });
    if (values.json) cli.out.json(agent.raw);
    else cli.out.line(agent.text('id'));
    const obstacle = await modelObstacle(client, agent.text('id'));
    if (obstacle !== undefined) cli.err.line(`Warning: ${obstacle}`);
  },
});
