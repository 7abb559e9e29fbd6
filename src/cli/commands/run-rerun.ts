import { findJob } from '../client/find-job.ts';
import { defineCommand } from '../command.ts';
import { readDollars } from '../flags.ts';
import { readInputs } from '../run/read-inputs.ts';
import { runJob } from '../run/run-job.ts';

export const runRerun = defineCommand({
  name: 'run rerun',
  summary: 'Do a job again, whole or from a task on, and follow it to its end.',
  words: 'JOB_ID',
  details: `A new job: its id is shown first. It is followed, asks and ends as muster run does. The crew is taken as it was
when the old job began, unless it is given other inputs or --current-crew.`,
  options: {
    from: {
      type: 'string',
      value: 'TASK',
      help: 'Name or id of a task; what was made before it is kept.',
    },
    input: {
      type: 'string',
      multiple: true,
      value: 'NAME=VALUE',
      help: 'Takes the place of the value that the old job had.',
    },
    file: { type: 'string', value: 'FILE', help: 'Inputs as a JSON object; - is standard input.' },
    'max-cost': { type: 'string', value: 'USD', help: 'What the job may cost.' },
    'current-crew': { type: 'boolean', help: 'With the crew as it is now.' },
    json: { type: 'boolean', help: 'Print the whole job as JSON once it has ended.' },
  },
  async run({ words: [given = ''], values }, cli) {
    const inputs = await readInputs(cli, values.input, values.file);
    const maxCostUsd = readDollars('max-cost', values['max-cost']);
    const client = cli.connect();
    const id = (await findJob(client, given)).text('job_id');
    await runJob(cli, client, {
      isJson: values.json,
      path: `/api/v1/executions/${id}/rerun`,
      request: {
        ...(values.from !== undefined && { from_task: values.from }),
        ...(Object.keys(inputs).length > 0 && { inputs }),
        ...(maxCostUsd !== undefined && { max_cost_usd: maxCostUsd }),
        ...(values['current-crew'] && { use_current_crew: true }),
      },
    });
  },
});
