import { Slots } from './slots.ts';

/**
 * A Map for what is put in and taken out all the time. Its dead tables (see Slots) may keep the names of former entries
 * alive, and nothing else of them.
 */
export class Registry<T extends object> {
  readonly #slotOf = new Map<string, number>();
  readonly #items = new Slots<T>();

  get size(): number {
    return this.#items.size;
  }

  get(name: string): T | undefined {
    const slot = this.#slotOf.get(name);
    return slot === undefined ? undefined : this.#items.get(slot);
  }

  has(name: string): boolean {
    return this.#slotOf.has(name);
  }

  /** Takes the place of what had the name. */
  set(name: string, item: T): void {
    this.delete(name);
    this.#slotOf.set(name, this.#items.add(item));
  }

  /** What had the name. */
  delete(name: string): T | undefined {
    const slot = this.#slotOf.get(name);
    if (slot === undefined) return undefined;
    this.#slotOf.delete(name);
    return this.#items.take(slot);
  }

  names(): Iterable<string> {
    return this.#slotOf.keys();
  }

  clear(): void {
    this.#slotOf.clear();
    this.#items.clear();
  }

  /** In no particular order. */
  values(): Iterable<T> {
    return this.#items;
  }
}
