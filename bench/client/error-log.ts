import type { Errors } from '../load/messages.ts';

const KEPT = 5;

/** Counts what went wrong and keeps the first few reasons, so that a failed scenario can say why. */
export class ErrorLog {
  #count = 0;
  readonly #first: string[] = [];

  get count(): number {
    return this.#count;
  }

  add(reason: string): void {
    this.#count++;
    if (this.#first.length < KEPT) this.#first.push(reason);
  }

  report(): Errors {
    return { count: this.#count, first: this.#first };
  }
}
