import { closeSync, fdatasync, openSync } from 'node:fs';

type Done = (error: Error | null) => void;

/**
 * Flushes the write-ahead log to the disk beside the thread that writes it, so that applying the next transactions does
 * not wait for a flush of the last. One flush at a time serves all who had asked for it when it began.
 */
export class LogFlusher {
  readonly #file: number;
  #waiting: Done[] = [];
  #isFlushing = false;
  #whenIdle: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  /** The file has to be there: it is made by the connection that writes. */
  constructor(path: string) {
    this.#file = openSync(path, 'r+');
  }

  /** Calls back when everything that was committed before the call is on the disk, or cannot be brought there. */
  flush(done: Done): void {
    this.#waiting.push(done);
    if (!this.#isFlushing) this.#next();
  }

  /** Resolves when no flush is under way. */
  async idle(): Promise<void> {
    if (!this.#isFlushing) return;
    this.#whenIdle ??= new Promise((resolve) => {
      this.#onIdle = resolve;
    });
    await this.#whenIdle;
  }

  /** After the flush that is under way. */
  async close(): Promise<void> {
    await this.idle();
    closeSync(this.#file);
  }

  #next(): void {
    this.#isFlushing = true;
    const served = this.#waiting;
    this.#waiting = [];
    fdatasync(this.#file, (error) => {
      this.#isFlushing = false;
      if (this.#waiting.length > 0) this.#next();
      for (const done of served) done(error);
      if (this.#isFlushing) return;
      this.#onIdle?.();
      this.#whenIdle = undefined;
    });
  }
}
