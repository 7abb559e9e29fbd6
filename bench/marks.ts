const MARK = 0x40;
const DIGITS = 15;
const DONE = Buffer.from('[DONE]');

/** A time in the text of a stream: `@` and 15 digits of monotonic microseconds. */
export function writeMark(us: number): string {
  return `@${Math.round(us).toString().padStart(DIGITS, '0')}`;
}

/**
 * Finds every mark and the closing `[DONE]` in the bytes of one stream, however they are cut into pieces. Counts what
 * the upstream sent even when a server in between merged or split its chunks. A mark older than the one before begins
 * the text over again, as the last events of a response do: that counts no second time.
 */
export class MarkReader {
  marks = 0;
  done = false;
  readonly #onMark: (us: number) => void;
  #digitsLeft = 0;
  #value = 0;
  #doneMatched = 0;
  #newest = 0;
  #repeats = false;

  constructor(onMark: (us: number) => void) {
    this.#onMark = onMark;
  }

  reset(): void {
    this.marks = 0;
    this.done = false;
    this.#digitsLeft = 0;
    this.#doneMatched = 0;
    this.#newest = 0;
    this.#repeats = false;
  }

  read(data: Buffer, start: number, end: number): void {
    for (let i = start; i < end; i++) {
      const byte = data[i] ?? 0;
      if (this.#digitsLeft > 0) this.#digit(byte);
      else if (byte === MARK) {
        this.#digitsLeft = DIGITS;
        this.#value = 0;
      } else if (byte === DONE[this.#doneMatched]) {
        if (++this.#doneMatched === DONE.length) {
          this.done = true;
          this.#doneMatched = 0;
        }
      } else if (this.#doneMatched > 0) this.#doneMatched = byte === DONE[0] ? 1 : 0;
    }
  }

  #digit(byte: number): void {
    const digit = byte - 0x30;
    if (digit < 0 || digit > 9) {
      this.#digitsLeft = 0;
      return;
    }
    this.#value = this.#value * 10 + digit;
    if (--this.#digitsLeft > 0) return;
    this.#repeats ||= this.#value < this.#newest;
    if (this.#repeats) return;
    this.#newest = this.#value;
    this.marks++;
    this.#onMark(this.#value);
  }
}
