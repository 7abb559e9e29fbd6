import { Worker } from 'node:worker_threads';
import { commonErrors, MusterError } from '../../lib/errors.ts';
import { threadUrl } from '../../lib/package-files.ts';
import { Slots } from '../../lib/slots.ts';
import {
  DatabaseConflict,
  type SqlValue,
  type Statement,
  type WriteOptions,
  type WriteResult,
} from '../port.ts';
import { LogFlusher } from './log-flusher.ts';
import {
  type BatchOutcome,
  encodeBatch,
  type FromWriter,
  type StatementDefinition,
  type ToWriter,
} from './protocol.ts';

interface Pending {
  readonly statements: readonly Statement[];
  readonly resolve: (result: WriteResult) => void;
  readonly reject: (error: Error) => void;
}

const STORAGE_RETRY_MS = 5_000;
/** Nothing lives for longer than a commit there: what the process may take for young objects (a start's flag) would only be filled. */
const YOUNG_MB = 6;
/** How long a write waits for a disk that takes nothing, if it asked for that, and how often it looks. */
const PATIENCE_MS = 120_000;
const LOOK_AGAIN_MS = 250;

function toError({ fault, error }: Extract<BatchOutcome, { error: string }>): Error {
  if (fault === 'conflict') return new DatabaseConflict(error);
  const cause = new Error(`Database write failed: ${error}`);
  if (fault === 'other') return cause;
  const message = 'The server cannot write to its disk at the moment; nothing was changed.';
  return commonErrors.service_unavailable(message, { retryAfterMs: STORAGE_RETRY_MS, cause });
}

function isStorageTrouble(error: unknown): boolean {
  return error instanceof MusterError && error.code === commonErrors.service_unavailable.code;
}

/** What was committed may be seen by others and yet be lost with the power: nothing can be built on it any more. */
function unflushed(cause: Error): Error {
  const message = 'The server could not flush its disk, and writes nothing until it is started again.';
  return commonErrors.service_unavailable(message, { retryAfterMs: STORAGE_RETRY_MS, cause });
}

/** The table that a statement writes to; '' for what is no insert, update or delete. */
function tableOf(sql: string): string {
  const match = /^\s*(?:insert(?: or \w+)? into|update|delete from)\s+"?(\w+)/i.exec(sql);
  return match?.[1] ?? '';
}

/** The process's side of the writer thread: gathers the batches of one turn of the event loop into one message. */
export class Writer {
  readonly #worker: Worker;
  readonly #log: LogFlusher;
  readonly #onDurable: () => void;
  readonly #pending = new Slots<Pending>();
  readonly #statementIds = new Map<string, number>();
  readonly #tables = new Map<string, string>();
  readonly #changes = new Map<string, number>();
  #definitions: StatementDefinition[] = [];
  #batches: SqlValue[] = [];
  #failure: Error | undefined;
  /** What the last write failed with, where that was the disk's fault. */
  #storageTrouble: string | undefined;
  #closed: (() => void) | undefined;
  #isClosing = false;
  /** The last of the writes that wait for the disk: those that wait as well come after it. */
  #lastInLine: Promise<unknown> | undefined;

  readonly #statementId = (sql: string): number => {
    const known = this.#statementIds.get(sql);
    if (known !== undefined) return known;
    const id = this.#statementIds.size;
    this.#statementIds.set(sql, id);
    this.#tables.set(sql, tableOf(sql));
    this.#definitions.push([id, sql]);
    return id;
  };

  private constructor(worker: Worker, log: LogFlusher, onDurable: () => void) {
    this.#worker = worker;
    this.#log = log;
    this.#onDurable = onDurable;
  }

  static async start(path: string, onDurable: () => void): Promise<Writer> {
    const worker = new Worker(threadUrl('writer-worker', import.meta.url), {
      workerData: { path },
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('message', () => resolve());
    });
    const writer = new Writer(worker, new LogFlusher(`${path}-wal`), onDurable);
    worker.on('message', (message: FromWriter) => writer.#receive(message));
    worker.on('error', (error: Error) => writer.#fail(error));
    // What it had committed is still to be flushed, and answered.
    worker.on('exit', () =>
      writer.#log.idle().then(() => writer.#fail(new Error('The database writer ended'))),
    );
    worker.unref();
    return writer;
  }

  write(statements: readonly Statement[], options: WriteOptions = {}): Promise<WriteResult> {
    if (options.whenAway !== 'wait') return this.#send(statements, options);
    const before = this.#lastInLine;
    const first = before
      ? before.then(() => this.#send(statements, options))
      : this.#send(statements, options);
    return first.catch((error: unknown) => {
      if (this.#failure || !isStorageTrouble(error)) throw error;
      const ahead = this.#lastInLine;
      const waiting = this.#whenWritable(ahead, () => this.#send(statements, options), error);
      const inLine = waiting.then(
        () => undefined,
        () => undefined,
      );
      this.#lastInLine = inLine;
      void inLine.then(() => {
        if (this.#lastInLine === inLine) this.#lastInLine = undefined;
      });
      return waiting;
    });
  }

  /** Tries again until the disk takes it, or patience ends; `ahead` first. */
  async #whenWritable(
    ahead: Promise<unknown> | undefined,
    send: () => Promise<WriteResult>,
    reason: unknown,
  ): Promise<WriteResult> {
    const until = performance.now() + PATIENCE_MS;
    await ahead;
    for (let trouble = reason; ; ) {
      if (this.#isClosing || performance.now() > until) throw trouble;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      try {
        return await send();
      } catch (error) {
        if (this.#failure || !isStorageTrouble(error)) throw error;
        trouble = error;
      }
    }
  }

  #send(statements: readonly Statement[], options: WriteOptions): Promise<WriteResult> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const id = this.#pending.add({ statements, resolve, reject });
      if (this.#pending.size === 1) this.#worker.ref();
      if (this.#batches.length === 0) setImmediate(() => this.#flush());
      encodeBatch(id, options.ack === 'applied', statements, this.#statementId, this.#batches);
    });
  }

  get waiting(): number {
    return this.#pending.size;
  }

  /** Why nothing can be written. After a failure of the disk a write of nothing tells whether it is over. */
  async trouble(): Promise<string | undefined> {
    if (this.#failure) return `the database writer has failed: ${this.#failure.message}`;
    if (this.#storageTrouble === undefined) return undefined;
    await this.write([{ sql: 'PRAGMA user_version = 0', params: [] }]).catch(() => undefined);
    return this.#storageTrouble && `the disk cannot be written: ${this.#storageTrouble}`;
  }

  changeCount(table: string): number {
    return this.#changes.get(table) ?? 0;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#failure) {
      await this.#worker.terminate();
    } else {
      this.#flush();
      await new Promise<void>((resolve) => {
        this.#closed = resolve;
        this.#worker.ref();
        this.#worker.postMessage({ type: 'close' } satisfies ToWriter);
      });
    }
    await this.#log.close();
    this.#failure = new Error('The database is closed');
  }

  #flush(): void {
    if (this.#batches.length === 0) return;
    const message: ToWriter = { type: 'write', definitions: this.#definitions, batches: this.#batches };
    this.#definitions = [];
    this.#batches = [];
    this.#worker.postMessage(message);
  }

  #receive(message: FromWriter): void {
    if (message.type === 'closed') this.#closed?.();
    if (message.type === 'settled') this.#settleAll(message.outcomes);
    if (message.type === 'committed') {
      this.#log.flush((error) => {
        if (error) this.#fail(unflushed(error));
        else this.#settleAll(message.outcomes);
        this.#onDurable();
      });
    }
  }

  #settleAll(outcomes: readonly BatchOutcome[]): void {
    for (const outcome of outcomes) this.#settle(outcome);
    // Whoever closes waits for the thread, and that is what keeps the process alive then.
    if (this.#pending.size === 0 && !this.#isClosing) this.#worker.unref();
  }

  #settle(outcome: BatchOutcome): void {
    const pending = this.#pending.take(outcome.id);
    if (!pending) return;
    if ('changes' in outcome) {
      this.#storageTrouble = undefined;
      this.#countChanges(pending.statements);
      pending.resolve({ ok: true, changes: outcome.changes });
    } else if ('refusedAt' in outcome) {
      pending.resolve({ ok: false, refused: pending.statements[outcome.refusedAt]?.guard ?? 'guard' });
    } else {
      if (outcome.fault === 'storage') this.#storageTrouble = outcome.error;
      pending.reject(toError(outcome));
    }
  }

  #countChanges(statements: readonly Statement[]): void {
    for (const { sql } of statements) {
      const table = this.#tables.get(sql) ?? '';
      this.#changes.set(table, (this.#changes.get(table) ?? 0) + 1);
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#pending) reject(error);
    this.#pending.clear();
    this.#closed?.();
  }
}
