import type { ApiClient } from '../client/api-client.ts';
import type { Fields } from '../client/fields.ts';
import type { Cli } from '../command.ts';
import { commandLine } from '../command-line.ts';
import { CommandFailed, Interrupted } from '../failures.ts';
import { dollars, plural } from '../format.ts';
import { canAsk } from '../prompt.ts';
import { answerWait } from './answer-wait.ts';
import { followJob } from './follow-job.ts';
import { JobView } from './job-view.ts';
import { rerunLine } from './rerun-line.ts';

export interface RunOrder {
  /** Where a job is begun: POST /executions unless given. */
  readonly path?: string;
  /** The body. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly isJson: boolean;
}

/** Starts a job, shows it as it goes and prints its result. Throws CommandFailed unless it completes. */
export async function runJob(
  cli: Cli,
  client: ApiClient,
  { path = '/api/v1/executions', request, isJson }: RunOrder,
): Promise<void> {
  const jobId = (await client.post(path, request)).text('job_id');
  const view = new JobView(cli.err, () => cli.clock.now());
  view.line(cli.err.dim(jobId));
  const stopping = { asked: false };
  const stop = async (): Promise<void> => {
    // The second time nobody is waited for.
    if (stopping.asked) throw new Interrupted(`Left. The job ${jobId} may still be stopping.`);
    stopping.asked = true;
    view.line('Stopping the job …');
    await client.post(`/api/v1/executions/${jobId}/stop`, {});
  };
  const interrupted = Promise.withResolvers<never>();
  const cancel = cli.onInterrupt(() => void stop().catch(interrupted.reject));
  try {
    await Promise.race([follow(cli, client, jobId, view, stop), interrupted.promise]);
  } finally {
    cancel();
    view.pause();
  }
  const job = await client.get(`/api/v1/executions/${jobId}`);
  if (isJson) cli.out.json(job.raw);
  conclude(cli, job, { isJson, wasInterrupted: stopping.asked });
}

async function follow(
  cli: Cli,
  client: ApiClient,
  jobId: string,
  view: JobView,
  stop: () => Promise<void>,
): Promise<void> {
  for await (const event of followJob(client, jobId)) {
    view.show(event);
    if (event.text('type') !== 'waiting_for_input') continue;
    view.pause();
    if (!canAsk(cli)) {
      const line = commandLine(cli.env, ['run', 'resume', jobId]);
      view.line(`The job waits for a person. Answer in the console, or: ${line}`);
      continue;
    }
    try {
      await answerWait(cli, client, jobId);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      await stop();
    }
    view.goOn();
  }
}

/** The result, what it cost, and how the command ends. */
function conclude(
  { env, out, err }: Pick<Cli, 'env' | 'out' | 'err'>,
  job: Fields,
  { isJson, wasInterrupted }: { readonly isJson: boolean; readonly wasInterrupted: boolean },
): void {
  const result = job.textOr('result', '');
  if (!isJson && result !== '') out.line(result);
  const usage = job.object('usage');
  const tokens = `${plural(usage.number('input_tokens'), 'token')} in, ${usage.number('output_tokens')} out`;
  const [id, status] = [job.text('job_id'), job.text('status')];
  err.line(err.dim(`${dollars(usage.number('cost_usd'))}, ${tokens}, ${id}`));
  if (status === 'completed') return;
  const tasks = job.list('tasks_output');
  const done = `${tasks.filter((task) => task.text('status') === 'completed').length} of ${plural(tasks.length, 'task')} done`;
  if (status === 'stopped') {
    const said = `Stopped: ${done}. Go on with: ${rerunLine(env, job)}`;
    throw wasInterrupted ? new Interrupted(said) : new CommandFailed(said);
  }
  throw new CommandFailed(
    `The job failed, ${done}: ${job.has('error') ? job.object('error').text('message') : status}\nGo on with: ${rerunLine(env, job)}`,
  );
}
