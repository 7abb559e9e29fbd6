import { Value } from 'typebox/value';
import type { Processes, Started } from '../procs/processes.ts';
import { type Job, type LoadResult, Report } from './messages.ts';

const GRACE_MS = 60_000;

export interface WindowEdges {
  opened?(): void;
  closed?(): void;
}

/** This process's side of the load process. */
export class LoadClient {
  readonly #process: Started;

  constructor(processes: Processes) {
    this.#process = processes.start({
      name: 'load',
      command: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', new URL('./load.ts', import.meta.url).pathname],
      core: 'load',
      channel: true,
    });
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Runs one job to its end, or throws when the load process failed or took far longer than the job says. */
  run(job: Job, edges: WindowEdges = {}): Promise<LoadResult> {
    const { child } = this.#process;
    const { promise, resolve, reject } = Promise.withResolvers<LoadResult>();
    const limitMs = job.warmMs + job.measureMs + GRACE_MS;
    const timer = setTimeout(() => reject(new Error(`The load took over ${limitMs} ms.`)), limitMs);
    const onExit = (): void => reject(new Error(`The load process ended: ${this.#process.log()}`));
    const onMessage = (message: unknown): void => {
      const report = Value.Parse(Report, message);
      if (report.kind === 'opened') edges.opened?.();
      else if (report.kind === 'closed') edges.closed?.();
      else if (report.kind === 'done') resolve(report.result);
      else reject(new Error(report.message));
    };
    child.on('message', onMessage);
    child.once('exit', onExit);
    child.send(job);
    return promise.finally(() => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
    });
  }
}
