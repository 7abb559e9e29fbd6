import type { Fields } from '../client/fields.ts';
import { findJob } from '../client/find-job.ts';
import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';
import { dollars, minute, plural } from '../format.ts';
import { tellWhatNext } from '../run/tell-what-next.ts';
import type { Screen } from '../screen.ts';

export const runShow = defineCommand({
  name: 'run show',
  summary: 'Show a job: its tasks, what state each is in, what it made and what it cost.',
  words: 'JOB_ID',
  details:
    'What can be done next with the job, such as the line that answers what it waits for, goes to standard error.',
  options: { json },
  async run({ words: [given = ''], values }, cli) {
    const client = cli.connect();
    const job = await findJob(client, given);
    if (values.json) {
      cli.out.json(job.raw);
      return;
    }
    showFacts(cli.out, job);
    for (const task of job.list('tasks_output')) showTask(cli.out, task);
    await tellWhatNext(cli, client, job);
  },
});

function showFacts(out: Screen, job: Fields): void {
  const inputs = Object.entries(job.object('inputs').raw).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const bound = job.has('max_cost_usd') ? ` of at most ${dollars(job.number('max_cost_usd'))}` : '';
  const rows: [string, string][] = [
    ['id', job.text('job_id')],
    ['status', `${job.text('status')}, ${job.number('progress')}% done`],
    ['made', minute(job.text('created_at'))],
    ['started', minute(job.textOr('started_at', ''))],
    ['finished', minute(job.textOr('finished_at', ''))],
    ['inputs', inputs.join(', ')],
    ['cost', `${costOf(job)}${bound}`],
    ['rerun of', job.textOr('rerun_of', '')],
    ['error', job.has('error') ? job.object('error').text('message') : ''],
  ];
  out.line(out.bold(job.text('crew_name')));
  for (const [name, value] of rows) {
    if (value !== '') out.line(`${out.dim(name.padEnd(12))} ${value}`);
  }
}

function showTask(out: Screen, task: Fields): void {
  const kept = task.isTrue('kept') ? ' (kept from the job before)' : '';
  out.line();
  out.line(`${out.bold(task.text('name') || task.text('task_id'))}: ${task.text('status')}${kept}`);
  out.line(out.dim(`${task.text('agent')}, ${costOf(task)}`));
  for (const said of [task.textOr('output', ''), task.textOr('error', '')]) {
    if (said !== '') out.line(said);
  }
}

function costOf(part: Fields): string {
  const usage = part.object('usage');
  const tokens = `${plural(usage.number('input_tokens'), 'token')} in, ${usage.number('output_tokens')} out`;
  return `${dollars(usage.number('cost_usd'))}, ${tokens}`;
}
