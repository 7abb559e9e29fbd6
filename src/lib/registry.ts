import { Slots } from './slots.ts';

/**
 * A Map for what is put in and taken out all the time. Its dead tables (see Slots) can keep the names of former entries
 * from being collected, but nothing else of them.
 */
export class Registry<T extends object> {
  readonly #places = new Map<string, number>();
  readonly #items = new Slots<T>();

  get size(): number {
    return this.#items.size;
  }

  get(name: string): T | undefined {
    const slot = this.#places.get(name);
    return slot === undefined ? undefined : this.#items.get(slot);
  }

  has(name: string): boolean {
    return this.#places.has(name);
  }

  /** Takes the place of what had the name. */
  set(name: string, item: T): void {
    this.delete(name);
    this.#places.set(name, this.#items.add(item));
  }

  /** What had the name. */
  delete(name: string): T | undefined {
    const slot = this.#places.get(name);
    if (slot === undefined) return undefined;
    this.#places.delete(name);
    return this.#items.take(slot);
  }

  names(): Iterable<string> {
    return this.#places.keys();
  }

  clear(): void {
    this.#places.clear();
    this.#items.clear();
  }

  /** In no particular order. */
  values(): Iterable<T> {
    return this.#items;
  }
}
