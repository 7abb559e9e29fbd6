import { once } from 'node:events';
import { type JobRequest, type JobResult, readJobResult } from '../load/job-messages.ts';
import { reporter } from '../report/reporter.ts';
import type { Processes, Started } from './processes.ts';

const LIMIT_MS = 120_000;

/** A process that does jobs and measures them from inside. */
export class JobProcess {
  readonly #process: Started;

  private constructor(process: Started) {
    this.#process = process;
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Resolves once it is ready for requests. `databaseUrl`: on PostgreSQL, with others and on any core. */
  static async start(
    processes: Processes,
    file: URL,
    homePath: string,
    databaseUrl?: string,
  ): Promise<JobProcess> {
    const started = processes.start({
      name: file.pathname.split('/').at(-1) ?? 'jobs',
      command: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', file.pathname],
      core: databaseUrl === undefined ? 'server' : 'any',
      env: { JOBS_HOME: homePath, ...(databaseUrl !== undefined && { JOBS_DATABASE_URL: databaseUrl }) },
      channel: true,
    });
    const jobs = new JobProcess(started);
    await jobs.#reply();
    return jobs;
  }

  /** Throws when it ends, or has no answer in time. */
  async ask<Kind extends JobResult['kind']>(
    request: JobRequest,
    wanted: Kind,
  ): Promise<Extract<JobResult, { kind: Kind }>> {
    const { name, child } = this.#process;
    reporter.progress(`${name}: ${request.kind}`);
    child.send(request);
    const result = await this.#reply();
    if (isOf(result, wanted)) return result;
    throw new Error(`${name} answered ${result.kind} to ${request.kind}`);
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }

  async #reply(): Promise<JobResult> {
    const { name, child } = this.#process;
    const abort = new AbortController();
    const late = (): void => abort.abort(new Error(`${name} did not answer in ${LIMIT_MS} ms`));
    const timer = setTimeout(late, LIMIT_MS);
    const gone = (): void => abort.abort(new Error(`${name} ended: ${this.#process.log()}`));
    child.once('exit', gone);
    try {
      const [message]: unknown[] = await once(child, 'message', { signal: abort.signal });
      return readJobResult(message);
    } catch (cause) {
      throw abort.signal.aborted ? abort.signal.reason : cause;
    } finally {
      clearTimeout(timer);
      child.off('exit', gone);
    }
  }
}

function isOf<Kind extends JobResult['kind']>(
  result: JobResult,
  kind: Kind,
): result is Extract<JobResult, { kind: Kind }> {
  return result.kind === kind;
}
