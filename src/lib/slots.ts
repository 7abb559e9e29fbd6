/**
 * A collection of what comes and goes with every request. Each item has a number for as long as it is in; then another one
 * gets it, so it is to be taken out once. `clear` makes all numbers void.
 *
 * A Map or a Set is expensive here. When many entries have been deleted V8 makes a new table, and the former one stays
 * behind with the entries that it had then and a link to the new one. Once one of these is in the old generation, each
 * scavenge keeps all later tables alive with what is in them, until the next full collection: a tenth of a server's time
 * at 32 callers.
 */
export class Slots<T extends object> implements Iterable<T> {
  readonly #items: (T | undefined)[] = [];
  readonly #free: number[] = [];

  get size(): number {
    return this.#items.length - this.#free.length;
  }

  /** Puts it in and returns its number. */
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

  /** The items with their numbers, as the iteration does. */
  *entries(): Generator<[slot: number, item: T]> {
    for (const [slot, item] of this.#items.entries()) if (item !== undefined) yield [slot, item];
  }

  /** In no particular order. Items may be taken out meanwhile; whether one that is put in is among them is open. */
  *[Symbol.iterator](): Iterator<T> {
    for (const item of this.#items) if (item !== undefined) yield item;
  }
}
