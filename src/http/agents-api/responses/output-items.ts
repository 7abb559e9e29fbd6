import { type ItemKind, itemId } from '../../../runs/index.ts';
import type { EventWriter } from './event-writer.ts';
import type { WireItem } from './wire-items.ts';

/** The items of a response in their places. It alone gives out places and ids, and tells that an item came or is done. */
export class OutputItems {
  readonly #uid: string;
  readonly #writer: EventWriter;
  readonly #beforeAdding: () => void;
  readonly #counts: Record<ItemKind, number> = { msg: 0, rs: 0, fc: 0, fco: 0, mtc: 0, cmp: 0 };
  readonly #items: WireItem[] = [];

  constructor(uid: string, writer: EventWriter, beforeAdding: () => void) {
    this.#uid = uid;
    this.#writer = writer;
    this.#beforeAdding = beforeAdding;
  }

  /** As they were told last. */
  get all(): readonly WireItem[] {
    return this.#items;
  }

  count(kind: ItemKind): number {
    return this.#counts[kind];
  }

  nextId(kind: ItemKind): string {
    const id = itemId(kind, this.#uid, this.#counts[kind]);
    this.#counts[kind] += 1;
    return id;
  }

  /** Returns its place. */
  add(item: WireItem): number {
    this.#beforeAdding();
    const index = this.#items.push(item) - 1;
    this.#writer.send('response.output_item.added', `"output_index":${index},"item":${JSON.stringify(item)}`);
    return index;
  }

  done(index: number, item: WireItem): void {
    this.#items[index] = item;
    this.#writer.send('response.output_item.done', `"output_index":${index},"item":${JSON.stringify(item)}`);
  }
}
