import { findJob } from '../client/find-job.ts';
import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';
import { tellWhatNext } from '../run/tell-what-next.ts';

export const runStop = defineCommand({
  name: 'run stop',
  summary: 'Stop a job, and print the status that it ends with.',
  words: 'JOB_ID',
  details: `No call of it is under way when this ends; what it made until then is kept. A job that has ended stays as it is,
and its status is printed.`,
  options: { json },
  async run({ words: [given = ''], values }, cli) {
    const client = cli.connect();
    const id = (await findJob(client, given)).text('job_id');
    const reply = await client.post(`/api/v1/executions/${id}/stop`, {});
    if (values.json) {
      cli.out.json(reply.raw);
      return;
    }
    cli.out.line(reply.text('status'));
    await tellWhatNext(cli, client, await findJob(client, id));
  },
});
