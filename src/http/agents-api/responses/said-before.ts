/** The words of one kind that were told before the same call was made anew. */
class Words {
  #left: string;
  #repeated = '';

  constructor(told: string) {
    this.#left = told;
  }

  /** What of `delta` is to be told; undefined when it is not what was told before. */
  take(delta: string): string | undefined {
    if (this.#left === '') return delta;
    if (this.#left.startsWith(delta)) {
      this.#left = this.#left.slice(delta.length);
      this.#repeated += delta;
      return '';
    }
    if (!delta.startsWith(this.#left)) return undefined;
    const rest = delta.slice(this.#left.length);
    this.#left = '';
    return rest;
  }

  get isBehind(): boolean {
    return this.#left !== '';
  }

  /** What was said again so far; from now on everything is new. */
  giveUp(): string {
    this.#left = '';
    return this.#repeated;
  }
}

/**
 * A model call that a stopped server left unfinished is made anew. What it says again was told already and is left out;
 * when it says something else, the old words are closed (`close`) and the new ones told from their beginning.
 */
export class SaidBefore {
  readonly #reasoning: Words;
  readonly #text: Words;
  readonly #close: () => void;

  constructor(told: { readonly text: string; readonly reasoning: string }, close: () => void) {
    this.#reasoning = new Words(told.reasoning);
    this.#text = new Words(told.text);
    this.#close = close;
  }

  reasoning(delta: string): string {
    const rest = this.#reasoning.take(delta);
    if (rest !== undefined) return rest;
    this.#close();
    // The old answer is closed as well, so the new one is told whole.
    this.#text.giveUp();
    return this.#reasoning.giveUp() + delta;
  }

  text(delta: string): string {
    const rest = this.#text.take(delta);
    if (rest !== undefined) return rest;
    this.#close();
    return this.#text.giveUp() + delta;
  }

  /** At the call's end: the text to tell as a message of its own, when less was said than the first time. */
  end(): string {
    if (!this.#text.isBehind) return '';
    this.#close();
    return this.#text.giveUp();
  }
}
