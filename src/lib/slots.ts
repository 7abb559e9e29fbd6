/**
 * A collection of what comes and goes with every request, each item under a number of its own for as long as it is in.
 *
 * A Map or a Set is dear here. After so many deletions V8 makes its table anew, and the former one stays behind with the
 * entries that it had and a link to the next. Once one of these is in the old generation, every collection of the young
 * one takes all tables after it for alive, with every request that ever stood in them, until the next full collection: a
 * tenth of a server's time at 32 callers.
 */
export class Slots<T extends object> implements Iterable<T> {
  readonly #items: (T | undefined)[] = [];
  readonly #free: number[] = [];

  get size(): number {
    return this.#items.length - this.#free.length;
  }

  /** Puts it in; its number goes to another item once it is taken out. */
  add(item: T): number {
    const slot = this.#free.pop() ?? this.#items.length;
    this.#items[slot] = item;
    return slot;
  }

  /** What has the number; undefined where nothing has. */
  get(slot: number): T | undefined {
    return this.#items[slot];
  }

  /** The same, and takes it out. */
  take(slot: number): T | undefined {
    const item = this.#items[slot];
    if (item === undefined) return undefined;
    this.#items[slot] = undefined;
    this.#free.push(slot);
    return item;
  }

  clear(): void {
    this.#items.length = 0;
    this.#free.length = 0;
  }

  /** In no particular order. Items may be taken out meanwhile; whether one that is put in is among them is open. */
  *[Symbol.iterator](): Iterator<T> {
    for (const item of this.#items) if (item !== undefined) yield item;
  }
}
