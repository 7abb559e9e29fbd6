import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Part of util-linux; where it is missing, nothing is pinned. */
const PIN_COMMAND = 'taskset';
const STOP_MS = 8_000;
const LOG_TAIL_CHARS = 4_000;

/** Where a process may run: what is measured has one core to itself, all that measures has the other. */
export type Core = 'server' | 'load' | 'any';

export interface StartOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly core: Core;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** With a message channel to this process. */
  readonly channel?: boolean;
}

/** A process of this run. */
export interface Started {
  readonly name: string;
  readonly pid: number;
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  /** The last of what it wrote to its outputs. */
  log(): string;
  /** Asks it to end, then ends it: nothing of it is left afterwards. */
  stop(): Promise<void>;
}

/** Starts processes, each in a group of its own, and ends all that are left: by their ids, never by a name. */
export class Processes {
  readonly pinned = availableParallelism() >= 2 && spawnSync(PIN_COMMAND, ['-V']).status === 0;
  readonly #running = new Set<Started>();

  start(options: StartOptions): Started {
    const [command, ...args] = this.#pin(options);
    const child = spawn(command, args, {
      detached: true,
      cwd: options.cwd,
      env: { ...inheritedEnv(), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe', ...(options.channel ? (['ipc'] as const) : [])],
    });
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const { pid } = child;
    if (pid === undefined) throw new Error(`${options.name} could not be started: ${command} was not found.`);

    let log = '';
    const keep = (text: Buffer): void => {
      log = (log + text.toString()).slice(-LOG_TAIL_CHARS);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);

    let over = false;
    const started: Started = {
      name: options.name,
      pid,
      child,
      ended,
      hasEnded: () => over,
      log: () => log,
      stop: async () => {
        if (!over) signal(pid, 'SIGTERM');
        const timer = setTimeout(() => signalGroup(pid), STOP_MS);
        await ended;
        clearTimeout(timer);
        signalGroup(pid);
      },
    };
    child.on('exit', () => {
      over = true;
      this.#running.delete(started);
      resolve();
    });
    this.#running.add(started);
    return started;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map((started) => started.stop()));
  }

  /** For the last moment, when nothing can be waited for. */
  killAll(): void {
    for (const started of this.#running) signalGroup(started.pid);
  }

  #pin({ command, args, core }: StartOptions): [string, ...string[]] {
    if (!this.pinned || core === 'any') return [command, ...args];
    return [PIN_COMMAND, '-c', core === 'server' ? '0' : '1', command, ...args];
  }
}

/** Settings of this machine's user must not reach the measured server. */
function inheritedEnv(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of ['PATH', 'HOME', 'TMPDIR', 'LANG', 'SystemRoot', 'npm_config_cache']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended in the meantime.
  }
}

function signalGroup(leaderPid: number): void {
  signal(-leaderPid, 'SIGKILL');
}
