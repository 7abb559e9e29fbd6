import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { buildPost } from '../client/build-request.ts';
import { freePort } from '../procs/free-port.ts';
import type { Core, Processes, Started } from '../procs/processes.ts';
import { MusterApi, OWNER } from './muster-api.ts';
import type { MusterHome } from './muster-home.ts';
import { QUESTION, type RequestOptions, type Target } from './target.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
/** What `npm start` runs, without npm. */
const START = packageJson.scripts.start.split(' ').slice(1);

export interface MusterStart {
  readonly home: MusterHome;
  readonly upstreamPort: number;
  readonly name?: string;
  readonly core?: Core;
  /** Default: what `npm start` runs. */
  readonly command?: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the real server with everything on; neither ready nor set up yet. */
export async function spawnMuster(
  processes: Processes,
  start: MusterStart,
): Promise<{ process: Started; port: number }> {
  const port = await freePort();
  const [command, ...args] = start.command ?? [process.execPath, ...START];
  const started = processes.start({
    name: start.name ?? 'muster',
    command,
    args,
    core: start.core ?? 'server',
    cwd: PROJECT,
    env: {
      PORT: String(port),
      MUSTER_HOME: start.home.path,
      MUSTER_OWNER_EMAIL: OWNER.email,
      MUSTER_OWNER_PASSWORD: OWNER.password,
      OPENAI_BASE_URL: `http://127.0.0.1:${start.upstreamPort}/v1`,
      OPENAI_API_KEY: 'bench',
      MUSTER_DEMO: '0',
      MUSTER_STARTING_CREDIT: '1000000',
      LOG_LEVEL: 'error',
      ...start.env,
    },
  });
  return { process: started, port };
}

/** Starts the real server on a new data folder and returns once its owner is logged in. */
export async function startMusterApi(
  processes: Processes,
  start: MusterStart,
): Promise<{ name: string; process: Started; port: number; api: MusterApi }> {
  const { process: server, port } = await spawnMuster(processes, start);
  const api = new MusterApi(port);
  await api.waitReady(server);
  await api.logIn();
  return { name: server.name, process: server, port, api };
}

/** Starts the real server and returns once it answers. Agents, prices and a key are made when first asked for. */
export async function startMuster(processes: Processes, start: MusterStart): Promise<Target> {
  const { process: server, port } = await spawnMuster(processes, start);
  const api = new MusterApi(port);
  await api.waitReady(server);
  let loggedIn: Promise<void> | undefined;
  const logIn = (): Promise<void> => {
    loggedIn ??= api.logIn();
    return loggedIn;
  };
  return {
    name: server.name,
    port,
    process: server,
    request: async (model, options = {}) => {
      const agentId = await agentFor(start.home, model, options, api, logIn);
      const key = await keyFor(start.home, api, logIn);
      const toRequest = options.api === 'responses' ? responsesRequest : chatRequest;
      return toRequest(port, agentId, key, options.stream === true);
    },
  };
}

/** The bytes of one chat call to an agent. */
export function chatRequest(port: number, agentId: string, key: string, stream: boolean): string {
  const body = {
    model: agentId,
    messages: [{ role: 'user', content: QUESTION }],
    ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
  return buildPost(port, '/api/agents/v1/chat/completions', body, { authorization: `Bearer ${key}` });
}

/** The same call by the Responses API. */
function responsesRequest(port: number, agentId: string, key: string, stream: boolean): string {
  const body = { model: agentId, input: QUESTION, ...(stream && { stream: true }) };
  return buildPost(port, '/api/agents/v1/responses', body, { authorization: `Bearer ${key}` });
}

async function agentFor(
  home: MusterHome,
  model: string,
  { tools = [] }: RequestOptions,
  api: MusterApi,
  logIn: () => Promise<void>,
): Promise<string> {
  const name = [model, ...tools].join(' ');
  const known = home.agents.get(name);
  if (known !== undefined) return known;
  await logIn();
  await api.setPrice(model);
  const made = await api.createAgent(model, tools);
  home.agents.set(name, made);
  return made;
}

async function keyFor(home: MusterHome, api: MusterApi, logIn: () => Promise<void>): Promise<string> {
  if (home.key !== undefined) return home.key;
  await logIn();
  home.key = await api.createKey();
  return home.key;
}
