import { findJob } from '../client/find-job.ts';
import { defineCommand, type Values } from '../command.ts';
import { UsageError } from '../failures.ts';
import { json, readDollars } from '../flags.ts';
import { canAsk } from '../prompt.ts';
import { answerWait } from '../run/answer-wait.ts';
import { findWait } from '../run/find-wait.ts';

const options = {
  approve: { type: 'boolean', help: 'What it made is good; where it asks whether to try again: yes.' },
  feedback: { type: 'string', value: 'TEXT', help: 'Not good yet: what has to change. It is done again.' },
  reject: { type: 'boolean', help: 'Refuse it: the task fails.' },
  'max-cost': { type: 'string', value: 'USD', help: 'The new bound of a job that waits at its old one.' },
  task: { type: 'string', value: 'TASK', help: 'Which task is answered, by name or id, if several wait.' },
  json,
} as const;

export const runResume = defineCommand({
  name: 'run resume',
  summary: 'Answer a job that waits for a person, and print its status.',
  words: 'JOB_ID',
  details: `Without an answer among the flags it is asked for on the terminal. The job goes on by itself: see how far it is
with muster run show JOB_ID.`,
  options,
  async run({ words: [given = ''], values }, cli) {
    const answer = answerOf(values);
    const client = cli.connect();
    const job = await findJob(client, given);
    const id = job.text('job_id');
    const wait = await findWait(client, cli.env, job, values.task);
    const taskId = wait.text('task_id');
    if (answer) {
      await client.post(`/api/v1/executions/${id}/resume`, { task_id: taskId, ...answer });
    } else {
      if (!canAsk(cli)) {
        throw new UsageError(
          `The job waits: ${wait.text('prompt')}\nAnswer with --approve, --feedback TEXT, --reject or --max-cost USD. See: muster help run resume`,
        );
      }
      await answerWait(cli, client, id, taskId);
    }
    const after = await findJob(client, id);
    if (values.json) cli.out.json(after.raw);
    else cli.out.line(after.text('status'));
  },
});

/** The one that was typed; undefined: none was. Throws UsageError for two that contradict each other. */
function answerOf(values: Values<typeof options>): Readonly<Record<string, unknown>> | undefined {
  const { approve, feedback, reject } = values;
  const maxCostUsd = readDollars('max-cost', values['max-cost']);
  const given = [approve || maxCostUsd !== undefined, feedback !== undefined, reject];
  if (given.filter((each) => each).length > 1) {
    throw new UsageError('--approve (or --max-cost), --feedback and --reject exclude each other: give one.');
  }
  if (feedback !== undefined) return { approve: false, feedback };
  if (reject) return { approve: false };
  if (!approve && maxCostUsd === undefined) return undefined;
  return { approve: true, ...(maxCostUsd !== undefined && { max_cost_usd: maxCostUsd }) };
}
