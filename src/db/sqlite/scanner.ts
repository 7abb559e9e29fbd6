import { Worker } from 'node:worker_threads';
import { threadUrl } from '../../lib/package-files.ts';
import type { SqlValue } from '../port.ts';
import type { FromScanner, ToScanner } from './scan-worker.ts';

/** How long the thread stays after its last request; it costs some 10 MB while it lives. */
const IDLE_MS = 10_000;

type Request = { type: 'query'; sql: string; params: readonly SqlValue[] } | { type: 'checkpoint' };
interface Waiting {
  readonly resolve: (rows: unknown[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Hands long queries to a thread of their own, which comes and goes with the need for it. As a snapshot the thread stays
 * until it is closed, reads at the moment of the first request, and is not replaced.
 */
export class Scanner {
  readonly #path: string;
  readonly #isSnapshot: boolean;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #nextId = 1;
  #isClosed = false;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(path: string, { isSnapshot = false }: { readonly isSnapshot?: boolean } = {}) {
    this.#path = path;
    this.#isSnapshot = isSnapshot;
  }

  query(sql: string, params: readonly SqlValue[]): Promise<unknown[]> {
    return this.#send({ type: 'query', sql, params });
  }

  async checkpoint(): Promise<void> {
    await this.#send({ type: 'checkpoint' });
  }

  /** Refuses what still waits for an answer, and whatever is asked later. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#stop();
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#idleTimer);
    const worker = this.#worker;
    if (!worker) return;
    this.#fail(worker, isClosed());
    await worker.terminate();
  }

  async #send(request: Request): Promise<unknown[]> {
    if (this.#isClosed) throw isClosed();
    const worker = this.#start();
    const id = this.#nextId++;
    clearTimeout(this.#idleTimer);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, ...request } satisfies ToScanner);
    });
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(threadUrl('scan-worker', import.meta.url), {
      workerData: { path: this.#path, isSnapshot: this.#isSnapshot },
    });
    worker.on('message', (reply: FromScanner) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ('rows' in reply) waiting?.resolve([...reply.rows]);
      else waiting?.reject(new Error(reply.error));
      if (this.#waiting.size === 0) this.#rest(worker);
    });
    worker.on('error', (error: Error) => this.#fail(worker, error));
    worker.on('exit', () => this.#fail(worker, new Error('The query thread ended')));
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  /** A dead thread fails what it was asked; the next request starts a new one. */
  #fail(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#isClosed ||= this.#isSnapshot;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #rest(worker: Worker): void {
    worker.unref();
    if (this.#isSnapshot) return;
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => void this.#stop(), IDLE_MS);
    this.#idleTimer.unref();
  }
}

function isClosed(): Error {
  return new Error('The database is closed');
}
