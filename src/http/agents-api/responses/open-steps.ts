import type { RunEvent } from '../../../runs/index.ts';
import type { OutputItems } from './output-items.ts';
import { type ItemStatus, toolCallItem, type WireItem } from './wire-items.ts';

interface OpenStep {
  readonly id: string;
  readonly index: number;
  readonly callId: string;
  readonly name: string;
  readonly arguments: string;
}

/** The calls of the agent's own tools that are shown and not answered. */
export class OpenSteps {
  readonly #steps = new Map<string, OpenStep>();
  readonly #items: OutputItems;

  constructor(items: OutputItems) {
    this.#items = items;
  }

  open(event: Extract<RunEvent, { type: 'tool.called' }>): void {
    const { callId, name } = event;
    const id = this.#items.nextId('mtc');
    const step = { id, callId, name, arguments: event.arguments };
    this.#steps.set(callId, { ...step, index: this.#items.add(toolCallItem(id, 'in_progress', step, null)) });
  }

  /** Nothing happens to a call that is not shown. */
  close(callId: string, status: ItemStatus | 'failed', output: string | null): void {
    const step = this.#steps.get(callId);
    if (!step) return;
    this.#steps.delete(callId);
    this.#items.done(step.index, toolCallItem(step.id, status, step, output));
  }

  closeAll(statusAt: (index: number) => ItemStatus | 'failed'): void {
    for (const { callId, index } of [...this.#steps.values()]) this.close(callId, statusAt(index), null);
  }

  /** Those that are open, with their places in the output. */
  *soFar(status: ItemStatus): Iterable<readonly [index: number, item: WireItem]> {
    for (const step of this.#steps.values()) yield [step.index, toolCallItem(step.id, status, step, null)];
  }
}
