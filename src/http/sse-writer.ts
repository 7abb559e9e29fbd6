import { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { recordingOf, STREAM_FAILED } from './record-reply.ts';

/** More than the largest answer that a provider may give; readers that do not move are cut off before (stalled-readers.ts). */
const MAX_UNREAD_BYTES = 80 * 1024 * 1024;
const KEEP_ALIVE_MS = 15_000;
/** Characters. */
const MAX_GATHERED = 64 * 1024;

/**
 * Writes server-sent events. Each frame goes out in one write and with LF only, because clients exist whose parsers lose
 * frames otherwise. Comments keep proxies from closing a stream that is waiting for its model.
 */
export class SseWriter {
  readonly #response: ServerResponse;
  readonly #headers: () => Record<string, string>;
  #keepAlive: NodeJS.Timeout | undefined;
  #opened = false;
  /** Where frames go instead of to the response; see directSocket. */
  #socket: Socket | undefined;
  /**
   * Frames of this turn of the event loop, for that socket: what came together goes out together, and only when the turn
   * has read what there was. Writes of many streams one after another cost an eighth less than each after its own read.
   */
  #gathered = '';

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
    this.#socket = directSocket(this.#response);
    this.#keepAlive = setInterval(() => this.write(': keep-alive\n\n'), KEEP_ALIVE_MS);
    this.#keepAlive.unref();
  }

  /** `frame` ends with its empty line. */
  write(frame: string): void {
    if (this.#response.writableEnded || (this.#response.destroyed && !this.#isFollowed)) return;
    if (!this.#socket) this.#response.write(frame);
    else if (this.#gathered === '') {
      this.#gathered = frame;
      setImmediate(() => this.#flush());
    } else {
      this.#gathered += frame;
      if (this.#gathered.length > MAX_GATHERED) this.#flush();
    }
    if (this.#unread.writableLength > MAX_UNREAD_BYTES) this.#response.destroy();
  }

  /** Resolves when the reader has caught up; undefined when it need not be waited for. */
  ready(): Promise<void> | undefined {
    const unread = this.#unread;
    if (!unread.writableNeedDrain || unread.destroyed) return undefined;
    return new Promise((resolve) => {
      const done = (): void => {
        unread.off('drain', done);
        unread.off('close', done);
        resolve();
      };
      unread.once('drain', done);
      unread.once('close', done);
    });
  }

  #flush(): void {
    const frames = this.#gathered;
    if (frames === '') return;
    this.#gathered = '';
    if (this.#socket?.writable)
      this.#socket.write(`${Buffer.byteLength(frames).toString(16)}\r\n${frames}\r\n`);
  }

  /** Whether others read on although the first client has gone. */
  get #isFollowed(): boolean {
    return recordingOf(this.#response)?.isFollowed ?? false;
  }

  /** What holds the frames that the reader has not taken. */
  get #unread(): Socket | ServerResponse {
    return this.#socket ?? this.#response;
  }

  /** The last frame of a stream that is no whole answer. */
  fail(frame: string): void {
    this.write(frame);
    this.#response.emit(STREAM_FAILED);
    this.end();
  }

  end(): void {
    clearInterval(this.#keepAlive);
    this.#flush();
    if (!this.#response.writableEnded) this.#response.end();
  }
}

/**
 * The response's socket, where frames may be put as one HTTP chunk: a response makes four pieces of each write, which
 * takes twice the time. Undefined where somebody notes what is written, for clients without chunks
 * (HTTP/1.0), and for a response that waits for the one before it on its connection.
 */
function directSocket(response: ServerResponse): Socket | undefined {
  const isWatched = response.write !== ServerResponse.prototype.write;
  const isChunked: unknown = Reflect.get(response, 'chunkedEncoding');
  if (isWatched || isChunked !== true || !response.socket) return undefined;
  response.flushHeaders();
  return response.socket;
}
