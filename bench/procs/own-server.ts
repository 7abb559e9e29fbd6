import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Core, Processes, Started } from './processes.ts';

const LISTEN_MS = 10_000;
const Listening = Type.Object({ kind: Type.Literal('listening'), port: Type.Integer() });
type Listening = Static<typeof Listening>;

/** What a server of the benchmark's own tells its parent once it listens. It ends when the parent does. */
export function tellListening(address: unknown): void {
  const { port } = Value.Parse(Type.Object({ port: Type.Integer() }), address);
  const message: Listening = { kind: 'listening', port };
  process.send?.(message);
  process.on('disconnect', () => process.exit());
}

export interface OwnServer {
  readonly process: Started;
  readonly port: number;
}

/** Starts one of the benchmark's own servers (a TypeScript file) and returns once it listens. */
export async function startOwnServer(
  processes: Processes,
  file: URL,
  core: Core,
  env: Readonly<Record<string, string>> = {},
): Promise<OwnServer> {
  const name = file.pathname.split('/').at(-1) ?? file.pathname;
  const started = processes.start({
    name,
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', file.pathname],
    core,
    env,
    channel: true,
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const timer = setTimeout(() => reject(new Error(`${name} did not listen in ${LISTEN_MS} ms`)), LISTEN_MS);
  started.child.once('message', (message: unknown) => resolve(Value.Parse(Listening, message).port));
  started.child.once('exit', () => reject(new Error(`${name} ended at its start: ${started.log()}`)));
  try {
    return { process: started, port: await promise };
  } finally {
    clearTimeout(timer);
  }
}
