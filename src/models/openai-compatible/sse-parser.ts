import { StringDecoder } from 'node:string_decoder';

/** Thrown by SseParser.push when one event is larger than the bound. */
export class EventTooLarge extends Error {
  override readonly name = 'EventTooLarge';
}

const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = '\u{FEFF}';

/**
 * Takes bytes as the network cuts them and hands out the same events however they were cut: CRLF, CR and LF, a byte
 * order mark, comments, several data lines, characters split between chunks. Costs one string a chunk and one an event.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html, but for the last event, which counts although the
 * blank line after it is missing: several servers leave it out.
 */
export class SseParser {
  readonly #onEvent: (data: string, event: string) => void;
  readonly #maxEventChars: number;
  readonly #decoder = new StringDecoder('utf8');
  #splitCharacter = false;
  #begun = false;
  #afterReturn = false;
  /** The unfinished line. Only appended to, never searched: an event that comes byte by byte must not cost squares. */
  #line = '';
  #data = '';
  #hasData = false;
  #event = '';

  constructor(onEvent: (data: string, event: string) => void, maxEventChars: number) {
    this.#onEvent = onEvent;
    this.#maxEventChars = maxEventChars;
  }

  push(chunk: Uint8Array): void {
    this.#take(this.#decode(chunk));
  }

  /** The response has ended: an event without its closing blank line is handed out too. */
  end(): void {
    this.#take(this.#decoder.end());
    if (this.#line !== '') {
      const line = this.#line;
      this.#line = '';
      this.#readLine(line);
    }
    this.#dispatch();
  }

  #decode(chunk: Uint8Array): string {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const last = buffer.length === 0 ? 0 : (buffer[buffer.length - 1] ?? 0);
    // The decoder is only needed around a character that may be split; the plain way is faster.
    const endsInside = last >= 0x80;
    if (!this.#splitCharacter && !endsInside) return buffer.toString('utf8');
    if (buffer.length > 0) this.#splitCharacter = endsInside;
    return this.#decoder.write(buffer);
  }

  #take(decoded: string): void {
    let text = decoded;
    if (text === '') return;
    if (!this.#begun) {
      this.#begun = true;
      if (text.startsWith(BYTE_ORDER_MARK)) text = text.slice(1);
    }
    if (this.#afterReturn || text.includes('\r')) text = this.#unifyLineEnds(text);

    let start = 0;
    for (;;) {
      const end = text.indexOf('\n', start);
      if (end === -1) break;
      if (this.#line === '') {
        if (end === start) this.#dispatch();
        else this.#readLine(text.slice(start, end));
      } else {
        const line = this.#line + text.slice(start, end);
        this.#line = '';
        this.#readLine(line);
      }
      start = end + 1;
    }
    if (start < text.length) this.#line += text.slice(start);
    this.#bound();
  }

  /** CR and CRLF become LF. A CR at the very end is one line end now; an LF that follows it later is no second one. */
  #unifyLineEnds(text: string): string {
    const from = this.#afterReturn && text.charCodeAt(0) === NEWLINE ? 1 : 0;
    this.#afterReturn = text.endsWith('\r');
    return text.slice(from).replace(/\r\n?/g, '\n');
  }

  #readLine(line: string): void {
    if (line.startsWith('data:')) {
      const value = line.slice(line.charCodeAt(5) === 0x20 ? 6 : 5);
      this.#data = this.#hasData ? `${this.#data}\n${value}` : value;
      this.#hasData = true;
      this.#bound();
    } else if (line.startsWith('event:')) {
      this.#event = line.slice(line.charCodeAt(6) === 0x20 ? 7 : 6);
    }
    // Comments, ids, retry times and unknown fields say nothing to us.
  }

  #dispatch(): void {
    const data = this.#data;
    const event = this.#event;
    const hasData = this.#hasData;
    this.#data = '';
    this.#event = '';
    this.#hasData = false;
    if (hasData) this.#onEvent(data, event);
  }

  #bound(): void {
    if (this.#line.length + this.#data.length > this.#maxEventChars) {
      throw new EventTooLarge(`an event of more than ${this.#maxEventChars} characters`);
    }
  }
}
