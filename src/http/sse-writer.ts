import type { ServerResponse } from 'node:http';
import { STREAM_FAILED } from './record-reply.ts';

/** More than the largest answer that a provider may give; readers that do not move are cut off before (stalled-readers.ts). */
const MAX_UNREAD_BYTES = 80 * 1024 * 1024;
const KEEP_ALIVE_MS = 15_000;

/**
 * Writes server-sent events. Each frame goes out in one write and with LF only, because clients exist whose parsers lose
 * frames otherwise. Comments keep proxies from closing a stream that is waiting for its model.
 */
export class SseWriter {
  readonly #response: ServerResponse;
  readonly #headers: () => Record<string, string>;
  #keepAlive: NodeJS.Timeout | undefined;
  #opened = false;

  constructor(response: ServerResponse, headers: () => Record<string, string>) {
    this.#response = response;
    this.#headers = headers;
  }

  /** Whether the status and headers are out, so that an error can only be told inside the stream. */
  get opened(): boolean {
    return this.#opened;
  }

  open(): void {
    if (this.#opened) return;
    this.#opened = true;
    this.#response.writeHead(200, {
      ...this.#headers(),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    this.#keepAlive = setInterval(() => this.write(': keep-alive\n\n'), KEEP_ALIVE_MS);
    this.#keepAlive.unref();
  }

  /** `frame` ends with its empty line. */
  write(frame: string): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    this.#response.write(frame);
    if (this.#response.writableLength > MAX_UNREAD_BYTES) this.#response.destroy();
  }

  /** Resolves when the reader has caught up; undefined when it need not be waited for. */
  ready(): Promise<void> | undefined {
    const response = this.#response;
    if (!response.writableNeedDrain || response.destroyed) return undefined;
    return new Promise((resolve) => {
      const done = (): void => {
        response.off('drain', done);
        response.off('close', done);
        resolve();
      };
      response.once('drain', done);
      response.once('close', done);
    });
  }

  /** The last frame of a stream that is no whole answer. */
  fail(frame: string): void {
    this.write(frame);
    this.#response.emit(STREAM_FAILED);
    this.end();
  }

  end(): void {
    clearInterval(this.#keepAlive);
    if (!this.#response.writableEnded) this.#response.end();
  }
}
