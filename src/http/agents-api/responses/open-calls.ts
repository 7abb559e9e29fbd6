import { GrowingText } from '../../../lib/growing-text.ts';
import type { EventWriter, OpenText } from './event-writer.ts';
import type { NamespacedName } from './namespaced-names.ts';
import type { OutputItems } from './output-items.ts';
import { functionCallItem, type ItemStatus, type WireItem } from './wire-items.ts';

interface OpenCall extends OpenText {
  readonly id: string;
  readonly index: number;
  readonly callId: string;
  readonly name: string;
  readonly namespace?: string;
}

/** The calls of the caller's functions that are being written. */
export class OpenCalls {
  readonly #calls = new Map<number, OpenCall>();
  readonly #items: OutputItems;
  readonly #writer: EventWriter;
  readonly #namespaced: ReadonlyMap<string, NamespacedName>;

  constructor(items: OutputItems, writer: EventWriter, namespaced: ReadonlyMap<string, NamespacedName>) {
    this.#items = items;
    this.#writer = writer;
    this.#namespaced = namespaced;
  }

  get size(): number {
    return this.#calls.size;
  }

  /** `key` is the run's own number of the call. */
  open(key: number, callId: string, called: string): void {
    const id = this.#items.nextId('fc');
    const call = { callId, ...(this.#namespaced.get(called) ?? { name: called }) };
    const index = this.#items.add(functionCallItem(id, 'in_progress', { ...call, arguments: '' }));
    const head = this.#writer.deltaHead('response.function_call_arguments.delta', at(id, index));
    this.#calls.set(key, { id, index, ...call, head, said: new GrowingText() });
  }

  delta(key: number, text: string): void {
    const call = this.#calls.get(key);
    if (call) this.#writer.delta(call, text);
  }

  close(statusAt: (index: number) => ItemStatus): void {
    const open = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of open) {
      const text = JSON.stringify(call.said.toString());
      this.#writer.send(
        'response.function_call_arguments.done',
        `${at(call.id, call.index)},"name":${JSON.stringify(call.name)},"arguments":${text}`,
      );
      this.#items.done(call.index, toItem(call, statusAt(call.index)));
    }
  }

  /** Those that are open, as they are now, with their places in the output. */
  *soFar(status: ItemStatus): Iterable<readonly [index: number, item: WireItem]> {
    for (const call of this.#calls.values()) yield [call.index, toItem(call, status)];
  }
}

function at(id: string, index: number): string {
  return `"item_id":"${id}","output_index":${index}`;
}

function toItem(call: OpenCall, status: ItemStatus): WireItem {
  return functionCallItem(call.id, status, { ...call, arguments: call.said.toString() });
}
