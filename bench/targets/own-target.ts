import { buildPost } from '../client/build-request.ts';
import { startOwnServer } from '../procs/own-server.ts';
import type { Processes } from '../procs/processes.ts';
import { QUESTION, type Target } from './target.ts';

/** A pass-through or floor server in front of the mock upstream, on the measured core. */
export async function startOwnTarget(
  processes: Processes,
  name: string,
  file: URL,
  upstreamPort: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Target> {
  const server = await startOwnServer(processes, file, 'server', {
    UPSTREAM_PORT: String(upstreamPort),
    ...env,
  });
  return {
    name,
    port: server.port,
    process: server.process,
    request: async (model, { stream = false } = {}) => {
      const body = { model, messages: [{ role: 'user', content: QUESTION }], ...(stream ? STREAMED : {}) };
      return buildPost(server.port, '/v1/chat/completions', body);
    },
  };
}

const STREAMED = { stream: true, stream_options: { include_usage: true } };
