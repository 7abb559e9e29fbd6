import { GrowingText } from '../../../lib/growing-text.ts';
import type { Annotation } from '../../../models/index.ts';
import type { EventWriter, OpenText } from './event-writer.ts';
import type { OutputItems } from './output-items.ts';
import {
  type ItemStatus,
  messageItem,
  outputText,
  type Phase,
  refusal,
  toAnnotation,
  type WireItem,
} from './wire-items.ts';

type PartType = 'output_text' | 'refusal';

interface OpenPart extends OpenText {
  readonly type: PartType;
  readonly index: number;
  annotations: readonly unknown[];
}

/** A message that is being said: its parts one after the other, each with what of it is out. */
export class OpenMessage {
  readonly index: number;
  readonly #id: string;
  readonly #items: OutputItems;
  readonly #writer: EventWriter;
  readonly #parts: unknown[] = [];
  #part: OpenPart | undefined;

  constructor(items: OutputItems, writer: EventWriter) {
    this.#items = items;
    this.#writer = writer;
    this.#id = items.nextId('msg');
    this.index = items.add(messageItem(this.#id, 'assistant', 'in_progress', []));
  }

  /** The part that is being said, where it is of this type. */
  partOf(type: PartType): OpenPart | undefined {
    return this.#part?.type === type ? this.#part : undefined;
  }

  openPart(type: PartType): OpenPart {
    this.#closePart();
    const index = this.#parts.length;
    const head = this.#writer.deltaHead(`response.${type}.delta`, this.#at(index));
    const part: OpenPart = { type, index, head, said: new GrowingText(), annotations: [] };
    this.#part = part;
    this.#writer.send(
      'response.content_part.added',
      `${this.#at(index)},"part":${JSON.stringify(toWire(part))}`,
    );
    return part;
  }

  cite(annotations: readonly Annotation[]): void {
    const part = this.partOf('output_text');
    if (!part) return;
    const shown = annotations.map(toAnnotation);
    part.annotations = shown;
    for (const [index, annotation] of shown.entries()) {
      this.#writer.send(
        'response.output_text.annotation.added',
        `${this.#at(part.index)},"annotation_index":${index},"annotation":${JSON.stringify(annotation)}`,
      );
    }
  }

  close(status: ItemStatus, phase: Phase): void {
    this.#closePart();
    this.#items.done(this.index, messageItem(this.#id, 'assistant', status, this.#parts, phase));
  }

  soFar(status: ItemStatus): WireItem {
    const parts = this.#part ? [...this.#parts, toWire(this.#part)] : this.#parts;
    return messageItem(this.#id, 'assistant', status, parts);
  }

  #closePart(): void {
    const part = this.#part;
    if (!part) return;
    this.#part = undefined;
    const at = this.#at(part.index);
    const whole = toWire(part);
    const field = part.type === 'refusal' ? 'refusal' : 'text';
    this.#writer.send(
      `response.${part.type}.done`,
      `${at},"${field}":${JSON.stringify(part.said.toString())}`,
    );
    this.#writer.send('response.content_part.done', `${at},"part":${JSON.stringify(whole)}`);
    this.#parts.push(whole);
  }

  #at(contentIndex: number): string {
    return `"item_id":"${this.#id}","output_index":${this.index},"content_index":${contentIndex}`;
  }
}

function toWire(part: OpenPart): Record<string, unknown> {
  const text = part.said.toString();
  return part.type === 'refusal' ? refusal(text) : outputText(text, part.annotations);
}
