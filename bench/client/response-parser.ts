const CR = 0x0d;
const LF = 0x0a;
const HEAD_END = Buffer.from('\r\n\r\n');

export interface ResponseEvents {
  head(status: number): void;
  /** A piece of the decoded body, valid only during the call. */
  body(data: Buffer, start: number, end: number): void;
  /** The response is complete. `reusable`: the connection takes another request. */
  end(reusable: boolean): void;
}

type State = 'head' | 'length' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailer' | 'until-close';

/** Parses a server's HTTP/1.1 answers, pipelined or cut anywhere: just enough of HTTP to put load on a server cheaply. */
export class ResponseParser {
  readonly #events: ResponseEvents;
  #state: State = 'head';
  #head: Buffer | undefined;
  #bytesLeft = 0;
  #chunkSize = 0;
  #inChunkExtension = false;
  #trailerLineBytes = 0;
  #reusable = true;

  constructor(events: ResponseEvents) {
    this.#events = events;
  }

  /** True between answers: a connection that ends now has lost nothing. */
  get idle(): boolean {
    return this.#state === 'head' && this.#head === undefined;
  }

  /** The server closed the connection: completes an answer whose end is just that. */
  close(): void {
    if (this.#state !== 'until-close') return;
    this.#state = 'head';
    this.#events.end(false);
  }

  push(data: Buffer): void {
    let at = 0;
    while (at < data.length) at = this.#step(data, at);
  }

  #step(data: Buffer, at: number): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(data, at);
      case 'length':
      case 'chunk-data':
        return this.#readBody(data, at);
      case 'until-close':
        this.#events.body(data, at, data.length);
        return data.length;
      case 'chunk-size':
        return this.#readChunkSize(data, at);
      case 'chunk-end':
        if (data[at] === LF) this.#state = 'chunk-size';
        return at + 1;
      case 'trailer':
        return this.#readTrailer(data, at);
    }
  }

  #readHead(data: Buffer, at: number): number {
    const rest = at === 0 ? data : data.subarray(at);
    const seen = this.#head === undefined ? rest : Buffer.concat([this.#head, rest]);
    const seenBefore = seen.length - rest.length;
    const headEnd = seen.indexOf(HEAD_END, Math.max(0, seenBefore - HEAD_END.length));
    if (headEnd < 0) {
      this.#head = Buffer.from(seen);
      return data.length;
    }
    this.#head = undefined;
    const bodyStart = at + headEnd + HEAD_END.length - seenBefore;
    this.#startBody(seen.toString('latin1', 0, headEnd).toLowerCase());
    return bodyStart;
  }

  #startBody(head: string): void {
    const status = Number(head.slice(9, 12));
    this.#reusable = !head.includes('\r\nconnection: close');
    this.#events.head(status);
    const length = /\r\ncontent-length: *(\d+)/.exec(head);
    if (status === 204 || status === 304) this.#finish();
    else if (length !== null) {
      this.#bytesLeft = Number(length[1]);
      if (this.#bytesLeft === 0) this.#finish();
      else this.#state = 'length';
    } else if (head.includes('\r\ntransfer-encoding: chunked')) this.#state = 'chunk-size';
    else this.#state = 'until-close';
  }

  #readBody(data: Buffer, at: number): number {
    const end = Math.min(data.length, at + this.#bytesLeft);
    this.#bytesLeft -= end - at;
    this.#events.body(data, at, end);
    if (this.#bytesLeft > 0) return end;
    if (this.#state === 'chunk-data') this.#state = 'chunk-end';
    else this.#finish();
    return end;
  }

  #readChunkSize(data: Buffer, at: number): number {
    const byte = data[at] ?? 0;
    if (byte !== LF) {
      if (byte === 0x3b) this.#inChunkExtension = true;
      else if (byte !== CR && !this.#inChunkExtension)
        this.#chunkSize = this.#chunkSize * 16 + hexDigit(byte);
      return at + 1;
    }
    this.#bytesLeft = this.#chunkSize;
    this.#chunkSize = 0;
    this.#inChunkExtension = false;
    this.#trailerLineBytes = 0;
    this.#state = this.#bytesLeft === 0 ? 'trailer' : 'chunk-data';
    return at + 1;
  }

  #readTrailer(data: Buffer, at: number): number {
    const byte = data[at] ?? 0;
    if (byte !== LF) {
      if (byte !== CR) this.#trailerLineBytes++;
    } else if (this.#trailerLineBytes === 0) this.#finish();
    else this.#trailerLineBytes = 0;
    return at + 1;
  }

  #finish(): void {
    this.#state = 'head';
    this.#events.end(this.#reusable);
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = (byte | 0x20) - 0x61;
  if (letter >= 0 && letter < 6) return letter + 10;
  throw new Error(`A chunk's size has the byte ${byte}, which is no hexadecimal digit.`);
}
