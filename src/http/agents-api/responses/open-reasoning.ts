import { GrowingText } from '../../../lib/growing-text.ts';
import type { DeltaHead, EventWriter, OpenText } from './event-writer.ts';
import type { OutputItems } from './output-items.ts';
import { type ItemStatus, reasoningItem, summaryText, type WireItem } from './wire-items.ts';

/** A reasoning that is being told, as a summary of one part. */
export class OpenReasoning implements OpenText {
  readonly index: number;
  readonly head: DeltaHead;
  readonly said = new GrowingText();
  readonly #id: string;
  readonly #items: OutputItems;
  readonly #writer: EventWriter;

  constructor(items: OutputItems, writer: EventWriter) {
    this.#items = items;
    this.#writer = writer;
    this.#id = items.nextId('rs');
    this.index = items.add(reasoningItem(this.#id, 'in_progress', []));
    this.head = writer.deltaHead('response.reasoning_summary_text.delta', this.#at());
    writer.send(
      'response.reasoning_summary_part.added',
      `${this.#at()},"part":${JSON.stringify(summaryText(''))}`,
    );
  }

  get text(): string {
    return this.said.toString();
  }

  /** `sealed`: what the provider wants back of it. */
  close(status: ItemStatus, sealed?: string): void {
    this.#writer.send(
      'response.reasoning_summary_text.done',
      `${this.#at()},"text":${JSON.stringify(this.text)}`,
    );
    this.#writer.send(
      'response.reasoning_summary_part.done',
      `${this.#at()},"part":${JSON.stringify(summaryText(this.text))}`,
    );
    this.#items.done(this.index, this.soFar(status, sealed));
  }

  soFar(status: ItemStatus, sealed?: string): WireItem {
    return reasoningItem(this.#id, status, [summaryText(this.text)], sealed);
  }

  #at(): string {
    return `"item_id":"${this.#id}","output_index":${this.index},"summary_index":0`;
  }
}
