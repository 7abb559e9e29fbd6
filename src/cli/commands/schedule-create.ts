import { findCrewId } from '../client/find-named.ts';
import { defineCommand } from '../command.ts';
import { flagsOf } from '../command-line.ts';
import { json } from '../flags.ts';
import { minute } from '../format.ts';
import { checkInputs } from '../run/missing-inputs.ts';
import { readInputs } from '../run/read-inputs.ts';

export const scheduleCreate = defineCommand({
  name: 'schedule create',
  summary: 'Start a crew at the times of a cron line, and print the id of the schedule.',
  words: 'CREW',
  details: `CREW is an id or a name. The line has five fields: minute hour day month weekday.
  muster schedule create Newsroom --cron "0 9 * * 1-5" --timezone Europe/Berlin --input topic=tea`,
  options: {
    cron: { type: 'string', value: 'LINE', required: true, help: 'When: "0 9 * * 1-5", @hourly, @daily …' },
    timezone: { type: 'string', value: 'ZONE', help: 'Such as Europe/Berlin; UTC unless given.' },
    name: { type: 'string', value: 'NAME', help: 'What it is called.' },
    input: {
      type: 'string',
      multiple: true,
      value: 'NAME=VALUE',
      help: 'A value for a placeholder of the crew.',
    },
    file: { type: 'string', value: 'FILE', help: 'Inputs as a JSON object; - is standard input.' },
    json,
  },
  async run({ words: [given = ''], values }, cli) {
    const inputs = await readInputs(cli, values.input, values.file);
    const client = cli.connect();
    const crewId = await findCrewId(client, given);
    const command = ['schedule', 'create'];
    await checkInputs(cli, client, { command, crew: given, crewId, inputs, flags: flagsOf(values) });
    const schedule = await client.post('/api/v1/schedules', {
      crew_id: crewId,
      inputs,
      cron: values.cron,
      timezone: values.timezone,
      name: values.name,
    });
    if (values.json) {
      cli.out.json(schedule.raw);
      return;
    }
    cli.out.line(schedule.text('id'));
    cli.err.line(cli.err.dim(`It starts the crew next at ${minute(schedule.textOr('next_run_at', ''))}.`));
  },
});
