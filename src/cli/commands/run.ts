import { findCrewId } from '../client/find-named.ts';
import { defineCommand } from '../command.ts';
import { flagsOf } from '../command-line.ts';
import { readDollars } from '../flags.ts';
import { checkInputs } from '../run/missing-inputs.ts';
import { readInputs } from '../run/read-inputs.ts';
import { runJob } from '../run/run-job.ts';

export const run = defineCommand({
  name: 'run',
  summary: 'Start a job of a crew and follow it to its end.',
  words: 'CREW',
  details: `CREW is an id or a name. What happens is shown on standard error, the result goes to standard output. What the
job waits for a person to say is asked on the terminal. Ctrl-C stops the job; what it made until then is kept. The exit
code is 0 when the job completes, 1 when it fails or is stopped by somebody else, and 130 after Ctrl-C.
A crew that is called list, show, stop, resume or rerun is named by its id.`,
  options: {
    input: {
      type: 'string',
      multiple: true,
      value: 'NAME=VALUE',
      help: 'A value for a placeholder of the crew.',
    },
    file: { type: 'string', value: 'FILE', help: 'Inputs as a JSON object; - is standard input.' },
    user: { type: 'string', value: 'USER', help: "Whose memory is used beside the crew's own." },
    'max-cost': { type: 'string', value: 'USD', help: 'What the job may cost.' },
    json: { type: 'boolean', help: 'Print the whole job as JSON once it has ended.' },
  },
  async run({ words: [given = ''], values }, cli) {
    const inputs = await readInputs(cli, values.input, values.file);
    const maxCostUsd = readDollars('max-cost', values['max-cost']);
    const client = cli.connect();
    const crewId = await findCrewId(client, given);
    await checkInputs(cli, client, {
      command: ['run'],
      crew: given,
      crewId,
      inputs,
      flags: flagsOf(values),
    });
    await runJob(cli, client, {
      isJson: values.json,
      request: {
        crew_id: crewId,
        inputs,
        ...(values.user !== undefined && { user: values.user }),
        ...(maxCostUsd !== undefined && { max_cost_usd: maxCostUsd }),
      },
    });
  },
});
