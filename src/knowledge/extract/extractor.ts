import { Worker } from 'node:worker_threads';
import { threadUrl } from '../../lib/package-files.ts';
import type { ChunkSpan } from '../chunk-text.ts';
import { EXTRACT_HEAP_MB, EXTRACT_MEMORY_BYTES, EXTRACT_TIMEOUT_MS } from '../limits.ts';
import type { DocumentType } from './document-type.ts';
import type { ExtractReply, ExtractRequest } from './extract-worker.ts';
import { UnreadableDocument } from './extraction.ts';

export interface ExtractedDocument {
  readonly text: string;
  readonly chunks: readonly ChunkSpan[];
}

/** Reads one document at a time. */
export interface Extractor {
  /**
   * Throws UnreadableDocument when the document cannot be read, takes too long or too much memory; rejects with the
   * signal's reason when that aborts. `bytes` are handed over and unusable afterwards.
   */
  extract(
    type: DocumentType,
    bytes: Uint8Array<ArrayBuffer>,
    signal: AbortSignal,
  ): Promise<ExtractedDocument>;
  close(): Promise<void>;
}

export interface ExtractorLimits {
  readonly timeoutMs?: number;
  readonly heapMb?: number;
  readonly memoryBytes?: number;
  /** How long the thread stays after its last document. */
  readonly idleMs?: number;
}

const IDLE_MS = 5_000;
const MEMORY_CHECK_MS = 100;

/** An extractor in a thread that starts at need, ends when idle, and is ended when a document misbehaves. */
export function createExtractor(limits: ExtractorLimits = {}): Extractor {
  const { timeoutMs = EXTRACT_TIMEOUT_MS, heapMb = EXTRACT_HEAP_MB } = limits;
  const { memoryBytes = EXTRACT_MEMORY_BYTES, idleMs = IDLE_MS } = limits;
  let worker: Worker | undefined;
  let idleTimer: NodeJS.Timeout | undefined;

  const stop = async () => {
    clearTimeout(idleTimer);
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  };

  const start = (): Worker => {
    clearTimeout(idleTimer);
    if (worker) return worker;
    const thread = new Worker(threadUrl('extract-worker', import.meta.url), {
      env: {},
      execArgv: [],
      // Parsers print warnings about every flaw of a file; they are not the server's log.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 64 },
    });
    thread.stdout.resume();
    thread.stderr.resume();
    // A thread that dies between documents is replaced at the next one; without a listener it would end the process.
    thread.on('error', () => undefined);
    thread.on('exit', () => {
      if (worker === thread) worker = undefined;
    });
    worker = thread;
    return thread;
  };

  return {
    async extract(type, bytes, signal) {
      signal.throwIfAborted();
      const thread = start();
      const guard = new AbortController();
      const timeout = setTimeout(
        () =>
          guard.abort(
            new UnreadableDocument('The file takes too long to read. Split it into smaller files.'),
          ),
        timeoutMs,
      );
      const memoryWatch = watchMemory(thread, memoryBytes, (reason) => guard.abort(reason));
      let reply: ExtractReply;
      try {
        thread.postMessage({ type, bytes } satisfies ExtractRequest, [bytes.buffer]);
        reply = await nextMessage(thread, AbortSignal.any([signal, guard.signal]));
      } catch (error) {
        await stop();
        throw error;
      } finally {
        clearTimeout(timeout);
        clearInterval(memoryWatch);
      }
      thread.unref();
      idleTimer = setTimeout(() => void stop(), idleMs).unref();
      if (!reply.ok) throw new UnreadableDocument(reply.reason, { cause: reply.detail });
      return reply;
    },
    close: stop,
  };
}

/**
 * Calls `stop` once the thread holds more than `maxBytes`. What the process holds would not tell: another thread may read
 * a document at the same time.
 */
function watchMemory(thread: Worker, maxBytes: number, stop: (reason: unknown) => void): NodeJS.Timeout {
  let isAsked = false;
  const ask = async (): Promise<void> => {
    isAsked = true;
    try {
      const { total_heap_size: heap, external_memory: beyond } = await thread.getHeapStatistics();
      if (heap + beyond > maxBytes) stop(tooMuchMemory());
    } catch (error) {
      // Starting, or gone: a thread that dies is noticed by whoever waits for its answer.
      if (!isNotRunning(error)) stop(error);
    } finally {
      isAsked = false;
    }
  };
  return setInterval(() => {
    if (!isAsked) void ask();
  }, MEMORY_CHECK_MS);
}

/** The thread's answer; rejects when the signal aborts or the thread dies, which it does for lack of memory mostly. */
function nextMessage(thread: Worker, signal: AbortSignal): Promise<ExtractReply> {
  thread.ref();
  const { promise, resolve, reject } = Promise.withResolvers<ExtractReply>();
  const onError = (error: Error) => reject(isOutOfMemory(error) ? tooMuchMemory() : died(error));
  const onExit = () => reject(died());
  const onAbort = () => reject(signal.reason);
  thread.once('message', resolve).once('error', onError).once('exit', onExit);
  signal.addEventListener('abort', onAbort);
  return promise.finally(() => {
    thread.off('message', resolve).off('error', onError).off('exit', onExit);
    signal.removeEventListener('abort', onAbort);
  });
}

function isNotRunning(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_NOT_RUNNING';
}

function isOutOfMemory(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function died(cause?: Error): UnreadableDocument {
  return new UnreadableDocument('The file is damaged: reading it failed.', { cause });
}

function tooMuchMemory(): UnreadableDocument {
  return new UnreadableDocument('The file takes too much memory to read. Split it into smaller files.');
}
