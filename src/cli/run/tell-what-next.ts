import type { ApiClient } from '../client/api-client.ts';
import type { Fields } from '../client/fields.ts';
import type { Cli } from '../command.ts';
import { commandLine } from '../command-line.ts';
import { rerunLine } from './rerun-line.ts';

/** The lines that go on with a job as it is now: answer it, stop it, or do it again. Nothing for one that is done. */
export async function tellWhatNext({ env, err }: Cli, client: ApiClient, job: Fields): Promise<void> {
  const [id, status] = [job.text('job_id'), job.text('status')];
  const say = (what: string, ...args: readonly string[]): void =>
    err.line(err.dim(`${what}: ${commandLine(env, ['run', ...args])}`));
  switch (status) {
    case 'waiting_for_input': {
      err.line();
      const waits = (await client.get(`/api/v1/executions/${id}/waits`)).list('waits');
      for (const wait of waits) err.line(`It waits: ${wait.text('prompt')}`);
      say('Answer it', 'resume', id);
      return;
    }
    case 'queued':
    case 'running':
      say('Stop it', 'stop', id);
      return;
    case 'failed':
    case 'stopped':
      err.line(err.dim(`Go on: ${rerunLine(env, job)}`));
      return;
    default:
  }
}
