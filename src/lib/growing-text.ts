/** Keeps what waits small, and joining rare enough to cost nothing. */
const PIECES_AT_ONCE = 16;

/**
 * A text that comes in pieces over a while, as an answer does. `text += piece` would keep each piece for itself and a link
 * of 32 bytes beside it until somebody reads the whole: of a piece of five letters ten times its size.
 */
export class GrowingText {
  #whole = '';
  #recent: string[] | undefined;

  add(piece: string): void {
    if (this.#whole === '') {
      this.#whole = piece;
      return;
    }
    this.#recent ??= [];
    this.#recent.push(piece);
    if (this.#recent.length === PIECES_AT_ONCE) this.#join();
  }

  get length(): number {
    return this.toString().length;
  }

  get isEmpty(): boolean {
    return this.#whole === '';
  }

  toString(): string {
    this.#join();
    return this.#whole;
  }

  #join(): void {
    if (this.#recent === undefined || this.#recent.length === 0) return;
    this.#whole += this.#recent.join('');
    this.#recent.length = 0;
  }
}
