import { Connection } from '../client/connection.ts';
import type { ErrorLog } from '../client/error-log.ts';
import { MarkReader } from '../marks.ts';
import { monotonicUs } from '../monotonic.ts';

export interface StreamReaderOptions {
  readonly port: number;
  readonly request: Buffer;
  readonly chunksPerStream: number;
  readonly errors: ErrorLog;
  /** The reply has begun, with the first event of the stream. */
  readonly onBegin?: (delayMs: number) => void;
  /** The first chunk of the upstream's. */
  readonly onFirst?: (delayMs: number) => void;
  readonly onChunk?: (delayMs: number) => void;
  /** The stream ended, whole or not. */
  readonly onEnd: (reader: StreamReader) => void;
}

/** Reads one stream at a time over one connection and holds each to its promise: status 200, every chunk, `[DONE]`. */
export class StreamReader {
  readonly #options: StreamReaderOptions;
  readonly #connection: Connection;
  readonly #marks: MarkReader;
  #status = 0;
  #startedUs = 0;
  #refusal = '';

  constructor(options: StreamReaderOptions) {
    this.#options = options;
    this.#marks = new MarkReader((sentUs) => this.#onMark(sentUs));
    this.#connection = new Connection(options.port, {
      head: (status) => {
        this.#status = status;
        options.onBegin?.((monotonicUs() - this.#startedUs) / 1000);
      },
      body: (data, start, end) => {
        if (this.#status === 200) this.#marks.read(data, start, end);
        else this.#refusal += data.toString('latin1', start, end);
      },
      end: () => {
        this.#check();
        options.onEnd(this);
      },
      lost: (reason) => {
        options.errors.add(`stream cut after ${this.#marks.marks} chunks: ${reason}`);
        options.onEnd(this);
      },
    });
  }

  start(): void {
    this.#marks.reset();
    this.#refusal = '';
    this.#startedUs = monotonicUs();
    this.#connection.send(this.#options.request);
  }

  close(): void {
    this.#connection.close();
  }

  #onMark(sentUs: number): void {
    const nowUs = monotonicUs();
    if (this.#marks.marks === 1) this.#options.onFirst?.((nowUs - this.#startedUs) / 1000);
    this.#options.onChunk?.((nowUs - sentUs) / 1000);
  }

  #check(): void {
    const { errors, chunksPerStream } = this.#options;
    const { marks, done } = this.#marks;
    if (this.#status !== 200) errors.add(`status ${this.#status}: ${this.#refusal.slice(0, 300)}`);
    else if (marks !== chunksPerStream) errors.add(`stream ended with ${marks} of ${chunksPerStream} chunks`);
    else if (!done) errors.add('stream ended without [DONE]');
  }
}
