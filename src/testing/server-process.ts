import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { byNumber } from './by-number.ts';

export interface ServerProcess {
  readonly url: string;
  /** Everything it has said until now. */
  output(): string;
  /** Sends a signal that does not end it. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Resolves to how the process ended, by itself. */
  ended(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Sends a signal and resolves to how the process ended. */
  stop(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

const COMMAND = fileURLToPath(new URL('../../bin/muster.mjs', import.meta.url));
const FAULTY = fileURLToPath(new URL('./faulty-server.ts', import.meta.url));

/**
 * `muster serve` as a process of its own, on a free port; resolves when it answers, throws with its output when it ends.
 * With a `fault` (see faultAt) it dies there.
 */
export async function startServerProcess(
  environment: Readonly<Record<string, string>>,
  { fault }: { readonly fault?: string | undefined } = {},
): Promise<ServerProcess> {
  const { child, output, closed } = spawnServer(environment, fault);
  const ended = async () => {
    await closed;
    return { code: child.exitCode, signal: child.signalCode };
  };
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const address = /Muster is running at (\S+)|(\S+)\/health says how it is/
        .exec(output())
        ?.slice(1)
        .find(Boolean);
      if (address !== undefined) resolve(byNumber(address));
    });
    child.once('close', (code) => reject(new Error(`The server ended with ${code}: ${output()}`)));
  });
  return {
    url,
    output,
    signal: (signal) => void child.kill(signal),
    ended,
    stop(signal) {
      child.kill(signal);
      return ended();
    },
  };
}

/** A start that is expected to fail: resolves to its exit code and what it said. */
export async function runServerToItsEnd(
  environment: Readonly<Record<string, string>>,
): Promise<{ code: number | null; output: string }> {
  const { child, output, closed } = spawnServer(environment);
  await closed;
  return { code: child.exitCode, output: output() };
}

function spawnServer(
  environment: Readonly<Record<string, string>>,
  fault?: string,
): {
  child: ChildProcess;
  output: () => string;
  /** It has ended, and all that it said has come. */
  closed: Promise<unknown>;
} {
  const program = fault === undefined ? [COMMAND, 'serve'] : [FAULTY, fault];
  const child = spawn(process.execPath, program, {
    // A machine that is slow is not to have a test's requests refused.
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      LOG_LEVEL: 'warn',
      MUSTER_MAX_LOOP_DELAY_MS: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return { child, output: () => said, closed: once(child, 'close') };
}
