import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** A reader that leaves this much unread is not reading; it is cut off rather than kept in memory. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;
/** So much is sent ahead of a reader before it is waited for. */
const AHEAD_BYTES = 256 * 1024;

/** What is needed of a WebSocket. */
type Sender = Pick<WebSocket, 'OPEN' | 'readyState' | 'terminate'> & { send(text: string): void };

/** What is sent on a WebSocket, at the pace at which it is read. */
export class SocketOutput {
  readonly #socket: Sender;
  /** What the WebSocket writes to: tells when the reader has caught up. */
  readonly #stream: Duplex;

  constructor(socket: Sender, stream: Duplex) {
    this.#socket = socket;
    this.#stream = stream;
  }

  send(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(text);
    if (this.#stream.writableLength > MAX_UNREAD_BYTES) this.#socket.terminate();
  }

  /** Many texts, waiting for the reader in between; undefined when it need not be waited for. */
  sendAll(texts: Iterator<string, unknown>): Promise<void> | undefined {
    for (let next = texts.next(); !next.done; next = texts.next()) {
      this.send(next.value);
      if (this.#stream.writableLength > AHEAD_BYTES) return this.#sendRest(texts);
    }
    return this.ready();
  }

  async #sendRest(texts: Iterator<string, unknown>): Promise<void> {
    await this.ready();
    await this.sendAll(texts);
  }

  /** Resolves when the reader has caught up; undefined when it need not be waited for. */
  ready(): Promise<void> | undefined {
    const stream = this.#stream;
    if (!stream.writableNeedDrain || stream.destroyed) return undefined;
    return new Promise((resolve) => {
      const done = (): void => {
        stream.off('drain', done);
        stream.off('close', done);
        resolve();
      };
      stream.once('drain', done);
      stream.once('close', done);
    });
  }
}
