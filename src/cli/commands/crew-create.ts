import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';
import { readJsonFile } from '../read-json-file.ts';
import { tellHowToRun } from '../run/tell-how-to-run.ts';

export const crewCreate = defineCommand({
  name: 'crew create',
  summary: 'Make a crew and print its id.',
  details: `The file is the JSON that POST /api/v1/crews takes: name, process, agents, tasks and so on. How to run the
crew goes to standard error, its id alone to standard output. Crews of CrewAI's files are made by muster import.`,
  options: {
    file: {
      type: 'string',
      value: 'FILE',
      required: true,
      help: 'Its configuration as JSON; - is standard input.',
    },
    name: { type: 'string', value: 'NAME', help: 'How it is called.' },
    json,
  },
  async run({ values: { file, name, json: asJson } }, cli) {
    const configuration = (await readJsonFile(cli, file)).raw;
    const client = cli.connect();
    const crew = await client.post('/api/v1/crews', {
      ...configuration,
      ...(name !== undefined && { name }),
    });
    if (asJson) {
      cli.out.json(crew.raw);
      return;
    }
    cli.out.line(crew.text('id'));
    await tellHowToRun(cli, client, crew.text('id'));
  },
});
