import type { GrowingText } from '../../../lib/growing-text.ts';
import type { Framing } from './framing.ts';
import { obfuscationFor } from './obfuscation.ts';

export interface EventWriterOptions {
  /** Absent: only the resource is wanted. */
  readonly framing?: Framing;
  readonly write?: ((frame: string) => void) | undefined;
  readonly obfuscate?: boolean;
  /** Events up to this one are left out: the reader has them. */
  readonly after?: number;
}

/** What is the same in all events of one piece of text. */
export interface DeltaHead {
  readonly before: string;
  readonly middle: string;
}

/** A piece of text that is being said. */
export interface OpenText {
  readonly head: DeltaHead;
  /** What of it is out. */
  readonly said: GrowingText;
}

const NO_FRAMING: Framing = { before: () => '', fields: '', after: '' };

/** Numbers the events of a response and writes them as their reader wants them framed. */
export class EventWriter {
  readonly #framing: Framing;
  readonly #write: ((frame: string) => void) | undefined;
  readonly #obfuscate: boolean;
  readonly #after: number;
  #sequence = 0;

  constructor({ framing = NO_FRAMING, write, obfuscate = false, after = -1 }: EventWriterOptions) {
    this.#framing = framing;
    this.#write = write;
    this.#obfuscate = obfuscate;
    this.#after = after;
  }

  /** `rest` is what follows the number: fields as JSON. */
  send(type: string, rest: string): void {
    const sequence = this.#sequence++;
    if (!this.#write || sequence <= this.#after) return;
    const { before, fields, after } = this.#framing;
    this.#write(`${before(type)}{"type":"${type}","sequence_number":${sequence},${rest}${fields}}${after}`);
  }

  /** `at` says of which piece of text, as JSON fields. */
  deltaHead(type: string, at: string): DeltaHead {
    const before = `${this.#framing.before(type)}{"type":"${type}","sequence_number":`;
    return { before, middle: `,${at},"delta":` };
  }

  /** The one place that runs for every piece of text: everything but the text itself is made beforehand. */
  delta(open: OpenText, text: string): void {
    open.said.add(text);
    const sequence = this.#sequence++;
    if (!this.#write || sequence <= this.#after) return;
    const { fields, after } = this.#framing;
    const padding = this.#obfuscate ? `,"obfuscation":"${obfuscationFor(text)}"` : '';
    this.#write(
      `${open.head.before}${sequence}${open.head.middle}${JSON.stringify(text)}${padding}${fields}}${after}`,
    );
  }
}
