import { connect, type Socket } from 'node:net';
import { ResponseParser } from './response-parser.ts';

/** Shared by all connections: bytes are parsed in the call that delivers them, so thousands of sockets need but one. */
const readBuffer = Buffer.allocUnsafe(64 * 1024);

export interface ConnectionEvents {
  head(status: number): void;
  body(data: Buffer, start: number, end: number): void;
  end(): void;
  /** The connection broke while an answer was awaited. */
  lost(reason: string): void;
}

/** One client's keep-alive connection: fixed request bytes out, parsed answers in, reconnecting between answers. */
export class Connection {
  readonly #port: number;
  readonly #events: ConnectionEvents;
  #socket: Socket | undefined;
  #waiting = false;
  #closed = false;

  constructor(port: number, events: ConnectionEvents) {
    this.#port = port;
    this.#events = events;
  }

  get open(): boolean {
    return this.#socket?.readyState === 'open';
  }

  send(request: Buffer): void {
    this.#waiting = true;
    this.#socket ??= this.#connect();
    this.#socket.write(request);
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
  }

  #connect(): Socket {
    const parser = new ResponseParser({
      head: (status) => this.#events.head(status),
      body: (data, start, end) => this.#events.body(data, start, end),
      end: (reusable) => {
        if (!reusable) this.#drop();
        this.#waiting = false;
        this.#events.end();
      },
    });
    let reason = 'the server closed the connection before the end of its answer';
    const socket = connect({
      port: this.#port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (bytes) => {
          parser.push(readBuffer.subarray(0, bytes));
          return true;
        },
      },
    });
    socket.on('error', (error) => {
      reason = error.message;
    });
    socket.on('end', () => parser.close());
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      if (!this.#waiting || this.#closed) return;
      this.#waiting = false;
      this.#events.lost(reason);
    });
    return socket;
  }

  /** Forgets a connection that takes no more requests; the next one opens anew. */
  #drop(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }
}
