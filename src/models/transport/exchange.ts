import type { Dispatcher } from 'undici';
import type { CallLimits } from './limits.ts';
import { TransportError, transportErrorOf } from './transport-error.ts';

export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

export interface ExchangeRequest {
  readonly origin: string;
  readonly path: string;
  readonly method: Dispatcher.HttpMethod;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | null;
  readonly signal: AbortSignal | undefined;
  readonly limits: CallLimits;
  /** No part of the answer is to be expected for long: `silentMs` bounds the wait for its begin. */
  readonly silent: boolean;
}

/** Called in order: head, then data, then one of end and error. Nothing is called after `end`, `error` or `release`. */
export interface ExchangeReader {
  head(status: number, headers: ResponseHeaders): void;
  /** A promise pauses the response until it settles. */
  data(chunk: Buffer): Promise<void> | undefined;
  end(): void;
  error(error: TransportError): void;
}

export interface Exchange {
  /** The reader has all that it wants; the connection is kept if the response ends by itself shortly. */
  release(): void;
  /** The reader wants no more: the connection ends now. */
  cancel(): void;
}

const DRAIN_MS = 1_000;

/**
 * One HTTP request and its response, on undici's lowest interface: no stream, no promise and no timer per chunk.
 * Bounded by the limits in time and size; an abort or a breach ends the connection at once.
 */
export function exchange(dispatcher: Dispatcher, request: ExchangeRequest, reader: ExchangeReader): Exchange {
  const state = new RunningExchange(request, reader);
  if (request.signal?.aborted) {
    state.fail(new TransportError('aborted', 'aborted before it began'));
    return state;
  }
  try {
    dispatcher.dispatch(
      {
        origin: request.origin,
        path: request.path,
        method: request.method,
        headers: request.headers,
        body: request.body,
        // Our own watch does both, with one timer a call instead of one update a chunk.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      state,
    );
  } catch (error) {
    state.onResponseError(undefined, error instanceof Error ? error : new Error(String(error)));
  }
  return state;
}

class RunningExchange implements Exchange, Dispatcher.DispatchHandler {
  readonly #reader: ExchangeReader;
  readonly #limits: CallLimits;
  readonly #signal: AbortSignal | undefined;
  readonly #silent: boolean;
  readonly #endsAt: number;
  readonly #onAbort: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #watch: NodeJS.Timeout | undefined;
  #drain: NodeJS.Timeout | undefined;
  #phase: 'head' | 'body' | 'over' = 'head';
  #heardAt: number;
  #held = false;
  #bytes = 0;

  constructor(request: ExchangeRequest, reader: ExchangeReader) {
    this.#reader = reader;
    this.#limits = request.limits;
    this.#signal = request.signal;
    this.#silent = request.silent;
    this.#heardAt = performance.now();
    this.#endsAt = this.#heardAt + request.limits.totalMs;
    this.#onAbort = () => this.fail(new TransportError('aborted', 'aborted'));
    this.#signal?.addEventListener('abort', this.#onAbort);
    this.#watchAgain();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#phase === 'over') controller.abort(new TransportError('aborted', 'nobody waits'));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: ResponseHeaders): void {
    // Buffers that hold on to the packet that they were cut from, for as long as the response goes on.
    controller.rawHeaders = null;
    if (this.#phase !== 'head' || status < 200) return;
    this.#phase = 'body';
    this.#heardAt = performance.now();
    this.#guarded(() => this.#reader.head(status, headers));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    // After each resume undici's parser hands out an empty chunk. To hold the response for that would hold it for ever.
    if (this.#phase !== 'body' || chunk.length === 0) return;
    this.#heardAt = performance.now();
    this.#bytes += chunk.length;
    if (this.#bytes > this.#limits.maxTotalBytes) {
      this.fail(new TransportError('protocol', 'a response larger than the limit'));
      return;
    }
    this.#guarded(() => {
      const wait = this.#reader.data(chunk);
      if (wait !== undefined && this.#phase === 'body') this.#hold(controller, wait);
    });
  }

  onResponseEnd(): void {
    clearTimeout(this.#drain);
    if (this.#phase === 'over') return;
    this.#over();
    try {
      this.#reader.end();
    } catch (error) {
      this.#reader.error(readerFailed(error));
    }
  }

  onResponseError(_: unknown, error: Error): void {
    clearTimeout(this.#drain);
    this.fail(transportErrorOf(error, this.#phase === 'body'));
  }

  /** Ends the exchange with an error, once. */
  fail(error: TransportError): void {
    if (this.#phase === 'over') return;
    this.#over();
    this.#controller?.abort(error);
    this.#reader.error(error);
  }

  cancel(): void {
    if (this.#phase === 'over') return;
    this.#over();
    this.#controller?.abort(new TransportError('aborted', 'nobody waits'));
  }

  release(): void {
    if (this.#phase === 'over') return;
    this.#over();
    // Almost always the end is in the same packet. A provider that keeps the line open loses it.
    this.#drain = setTimeout(
      () => this.#controller?.abort(new TransportError('aborted', 'nobody waits')),
      DRAIN_MS,
    );
    this.#drain.unref();
  }

  #over(): void {
    this.#phase = 'over';
    clearTimeout(this.#watch);
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }

  /** An error of the code that reads is the caller's to see, not undici's to swallow. */
  #guarded(read: () => void): void {
    try {
      read();
    } catch (error) {
      this.fail(readerFailed(error));
    }
  }

  #hold(controller: Dispatcher.DispatchController, wait: Promise<void>): void {
    this.#held = true;
    controller.pause();
    wait.then(
      () => {
        this.#held = false;
        this.#heardAt = performance.now();
        controller.resume();
      },
      (error: unknown) => this.fail(readerFailed(error)),
    );
  }

  /** One timer a call, not one a chunk: it looks at least every idle gap, so no bound is noticed late. */
  #watchAgain(): void {
    const now = performance.now();
    const due = this.#held ? this.#endsAt : Math.min(this.#heardAt + this.#gapMs(), this.#endsAt);
    const wait = Math.min(due - now, this.#limits.idleGapMs);
    // Where this process was held up, what has come meanwhile is read before anybody is called silent.
    const look = (): void => void setImmediate(() => this.#check());
    this.#watch = setTimeout(look, Math.max(1, Math.ceil(wait)));
  }

  #check(): void {
    if (this.#phase === 'over') return;
    const now = performance.now();
    if (now >= this.#endsAt) this.fail(new TransportError('timeout', 'did not finish'));
    else if (!this.#held && now - this.#heardAt >= this.#gapMs()) {
      const what = this.#phase === 'head' ? 'did not answer' : 'stopped sending';
      this.fail(new TransportError('timeout', what));
    } else this.#watchAgain();
  }

  /** A model that thinks in silence may send its headers at once and its first byte much later. */
  #gapMs(): number {
    if (this.#phase === 'head') return this.#silent ? this.#limits.silentMs : this.#limits.headersMs;
    return this.#silent && this.#bytes === 0 ? this.#limits.silentMs : this.#limits.idleGapMs;
  }
}

function readerFailed(error: unknown): TransportError {
  return error instanceof TransportError
    ? error
    : new TransportError('local', 'the reader of the response failed', error);
}
