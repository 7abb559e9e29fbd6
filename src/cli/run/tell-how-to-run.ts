import type { ApiClient } from '../client/api-client.ts';
import type { Cli } from '../command.ts';
import { commandLine } from '../command-line.ts';

/** The line that runs a crew, with a place for each input that it needs. */
export async function tellHowToRun({ env, err }: Cli, client: ApiClient, crewId: string): Promise<void> {
  const needed = (await client.get(`/api/v1/crews/${crewId}/inputs`)).texts('required');
  const inputs = needed.flatMap((name) => ['--input', `${name}=…`]);
  err.line(err.dim(`Run it: ${commandLine(env, ['run', crewId, ...inputs])}`));
}
