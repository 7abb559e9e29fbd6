import type { ReasoningItem } from '../../../models/index.ts';
import type { RunEvent } from '../../../runs/index.ts';
import { type DeltaHead, EventWriter, type EventWriterOptions } from './event-writer.ts';
import { type NamespacedName, namesOfNamespaces } from './namespaced-names.ts';
import { OpenMessage } from './open-message.ts';
import { OutputItems } from './output-items.ts';
import {
  type ResponseEnd,
  type ResponseIdentity,
  type ResponseStatus,
  toResource,
} from './response-resource.ts';
import { SaidBefore } from './said-before.ts';
import {
  functionCallItem,
  type ItemStatus,
  type Phase,
  reasoningItem,
  summaryText,
  toolCallItem,
  type WireItem,
} from './wire-items.ts';

export interface EmitterOptions extends EventWriterOptions {
  readonly identity: ResponseIdentity;
  /** Whether the agent's own tool calls are shown, as `muster:tool_call` items. */
  readonly showSteps: boolean;
  /** Seals what a provider needs of its reasoning; absent: it is not shown. */
  readonly seal?: ((reasoning: readonly ReasoningItem[]) => string) | undefined;
  /** Whether an `error` event goes before `response.failed`; default true. */
  readonly tellsErrors?: boolean;
}

/** A text that comes in pieces. */
interface OpenText {
  readonly head: DeltaHead;
  text: string;
}

interface OpenReasoning extends OpenText {
  readonly id: string;
  readonly index: number;
}

interface OpenCall extends OpenText {
  readonly id: string;
  readonly index: number;
  readonly callId: string;
  readonly name: string;
  readonly namespace?: string;
}

interface OpenStep {
  readonly id: string;
  readonly index: number;
  readonly callId: string;
  readonly name: string;
  readonly arguments: string;
}

/**
 * Projects a run's events onto the events and the resource of the Open Responses specification. It alone owns sequence
 * numbers, indices and item ids, and has no clock and no chance: the same events give the same bytes, now or replayed.
 */
export class ResponseEmitter {
  readonly #options: EmitterOptions;
  readonly #writer: EventWriter;
  readonly #items: OutputItems;
  readonly #namespaced: ReadonlyMap<string, NamespacedName>;
  readonly #calls = new Map<number, OpenCall>();
  readonly #steps = new Map<string, OpenStep>();
  #begun = false;
  #message: OpenMessage | undefined;
  #reasoning: OpenReasoning | undefined;
  #step = 0;
  /** What was thought in this step, once that is closed. */
  #stepReasoning = '';
  #again: SaidBefore | undefined;

  constructor(options: EmitterOptions) {
    this.#options = options;
    this.#writer = new EventWriter(options);
    this.#items = new OutputItems(options.identity.uid, this.#writer, () => this.begin());
    this.#namespaced = namesOfNamespaces(options.identity.echo.tools);
  }

  /** Whether `response.created` is out. */
  get begun(): boolean {
    return this.#begun;
  }

  /** The resource as it is now. */
  current(status: ResponseStatus): Record<string, unknown> {
    return toResource(this.#options.identity, status, this.#itemsSoFar());
  }

  event(event: RunEvent): void {
    switch (event.type) {
      case 'text.delta': {
        const text = this.#again ? this.#again.text(event.text) : event.text;
        if (text !== '') this.#writer.delta(this.#openPart('output_text'), text);
        break;
      }
      case 'reasoning.delta': {
        const text = this.#again ? this.#again.reasoning(event.text) : event.text;
        if (text !== '') this.#writer.delta(this.#openReasoning(), text);
        break;
      }
      case 'client_call.delta': {
        const call = this.#calls.get(event.index);
        if (call) this.#writer.delta(call, event.text);
        break;
      }
      case 'refusal.delta':
        this.#writer.delta(this.#openPart('refusal'), event.text);
        break;
      case 'client_call.started':
        this.#closeReasoningUnlessSealed();
        this.#openCall(event.index, event.callId, event.name);
        break;
      case 'model.called':
        this.begin();
        this.#beginStep(event.step);
        break;
      case 'model.answered':
        if (event.isPartial) break;
        this.#endAgain();
        this.#closeReasoning('completed', event.reasoning);
        this.#closeCalls('completed');
        break;
      case 'answer.rejected':
        this.#closeMessage('completed', 'commentary');
        break;
      case 'tool.called':
        this.#closeReasoning('completed');
        this.#closeMessage('completed', 'commentary');
        if (this.#options.showSteps) this.#openStep(event);
        break;
      case 'tool.completed':
        this.#closeStep(event.callId, event.isError ? 'failed' : 'completed', event.output);
        break;
      case 'answer.cited':
        this.#message?.cite(event.annotations);
        break;
      default:
        break;
    }
  }

  /**
   * A call that a stopped server left unfinished is made anew. What it says again has been told already; from where it
   * says something else, that is a message of its own.
   */
  #beginStep(step: number): void {
    if (step === this.#step) {
      const told = {
        text: this.#message?.partOf('output_text')?.text ?? '',
        reasoning: this.#reasoning?.text ?? this.#stepReasoning,
      };
      this.#again = new SaidBefore(told, () => {
        this.#closeReasoning('completed');
        this.#closeMessage('completed', 'commentary');
      });
      return;
    }
    this.#step = step;
    this.#again = undefined;
    this.#stepReasoning = '';
    this.#closeMessage('completed', 'commentary');
  }

  #endAgain(): void {
    const text = this.#again?.end() ?? '';
    this.#again = undefined;
    if (text !== '') this.#writer.delta(this.#openPart('output_text'), text);
  }

  /** `queued` first, for a response that runs in the background. */
  begin(status: 'queued' | 'in_progress' = 'in_progress'): void {
    if (this.#begun) return;
    this.#begun = true;
    const response = JSON.stringify(toResource(this.#options.identity, status, []));
    this.#writer.send('response.created', `"response":${response}`);
    if (status === 'queued') {
      this.#writer.send('response.queued', `"response":${response}`);
      this.#writer.send('response.in_progress', `"response":${JSON.stringify(this.current('in_progress'))}`);
      return;
    }
    this.#writer.send('response.in_progress', `"response":${response}`);
  }

  /** Closes what is open, tells the end, and returns the finished resource. */
  finish(end: ResponseEnd, error?: Readonly<Record<string, unknown>>): Record<string, unknown> {
    this.begin();
    if (end.status === 'failed') return this.#fail(end, error);
    if (end.status === 'completed') {
      const handsOver = this.#calls.size > 0 || this.#items.count('fc') > 0;
      this.#closeReasoning('completed');
      this.#closeCalls('completed');
      this.#closeMessage('completed', handsOver ? 'commentary' : 'final_answer');
    } else {
      this.#closeCut();
    }
    const resource = toResource(this.#options.identity, end.status, this.#items.all, end);
    const type = end.status === 'completed' ? 'response.completed' : 'response.incomplete';
    this.#writer.send(type, `"response":${JSON.stringify(resource)}`);
    return resource;
  }

  /** The unfinished items are shown as they were left; no event says that they are done. */
  #fail(end: ResponseEnd, error: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> {
    const output = this.#itemsSoFar('incomplete');
    if (error && this.#options.tellsErrors !== false)
      this.#writer.send('error', `"error":${JSON.stringify(error)}`);
    const resource = toResource(this.#options.identity, 'failed', output, end);
    this.#writer.send('response.failed', `"response":${JSON.stringify(resource)}`);
    return resource;
  }

  /** An answer that was cut: only what it stopped in the middle of is incomplete, and that is the last item. */
  #closeCut(): void {
    const last = this.#items.all.length - 1;
    const statusAt = (index: number): ItemStatus => (index === last ? 'incomplete' : 'completed');
    if (this.#reasoning) this.#closeReasoning(statusAt(this.#reasoning.index));
    if (this.#message) {
      const status = statusAt(this.#message.index);
      this.#closeMessage(status, status === 'incomplete' ? 'final_answer' : 'commentary');
    }
    for (const call of [...this.#calls.values()]) this.#closeCall(call, statusAt(call.index));
    for (const step of [...this.#steps.values()]) {
      this.#closeStep(step.callId, step.index === last ? 'incomplete' : 'failed', null);
    }
  }

  #itemsSoFar(status: ItemStatus = 'in_progress'): WireItem[] {
    const items = [...this.#items.all];
    if (this.#reasoning) items[this.#reasoning.index] = this.#reasoningSoFar(this.#reasoning, status);
    if (this.#message) items[this.#message.index] = this.#message.soFar(status);
    for (const call of this.#calls.values()) items[call.index] = toFunctionCall(call, status);
    for (const step of this.#steps.values()) items[step.index] = toolCallItem(step.id, status, step, null);
    return items;
  }

  #openPart(type: 'output_text' | 'refusal'): OpenText {
    const open = this.#message?.partOf(type);
    if (open) return open;
    this.#closeReasoningUnlessSealed();
    this.#message ??= new OpenMessage(this.#items, this.#writer);
    return this.#message.openPart(type);
  }

  #closeMessage(status: ItemStatus, phase: Phase): void {
    const message = this.#message;
    this.#message = undefined;
    message?.close(status, phase);
  }

  #openReasoning(): OpenReasoning {
    if (this.#reasoning) return this.#reasoning;
    const id = this.#items.nextId('rs');
    const index = this.#items.add(reasoningItem(id, 'in_progress', []));
    const at = `"item_id":"${id}","output_index":${index},"summary_index":0`;
    this.#reasoning = {
      id,
      index,
      head: this.#writer.deltaHead('response.reasoning_summary_text.delta', at),
      text: '',
    };
    this.#writer.send(
      'response.reasoning_summary_part.added',
      `${at},"part":${JSON.stringify(summaryText(''))}`,
    );
    return this.#reasoning;
  }

  /** What the provider wants back comes at the end of its reply only; who asked for it waits for the item that long. */
  #closeReasoningUnlessSealed(): void {
    if (!this.#options.seal) this.#closeReasoning('completed');
  }

  #closeReasoning(status: ItemStatus, withData?: readonly ReasoningItem[]): void {
    const { seal } = this.#options;
    if (!this.#reasoning && seal && withData) this.#openReasoning();
    const reasoning = this.#reasoning;
    if (!reasoning) return;
    this.#reasoning = undefined;
    const at = `"item_id":"${reasoning.id}","output_index":${reasoning.index},"summary_index":0`;
    const { text } = reasoning;
    this.#stepReasoning = text;
    this.#writer.send('response.reasoning_summary_text.done', `${at},"text":${JSON.stringify(text)}`);
    this.#writer.send(
      'response.reasoning_summary_part.done',
      `${at},"part":${JSON.stringify(summaryText(text))}`,
    );
    const sealed = seal && withData ? seal(withData) : undefined;
    this.#items.done(reasoning.index, this.#reasoningSoFar(reasoning, status, sealed));
  }

  #reasoningSoFar({ id, text }: OpenReasoning, status: ItemStatus, sealed?: string): WireItem {
    return reasoningItem(id, status, [summaryText(text)], sealed);
  }

  #openCall(index: number, callId: string, called: string): void {
    const id = this.#items.nextId('fc');
    const call = { callId, ...(this.#namespaced.get(called) ?? { name: called }) };
    const outputIndex = this.#items.add(functionCallItem(id, 'in_progress', { ...call, arguments: '' }));
    const at = `"item_id":"${id}","output_index":${outputIndex}`;
    const head = this.#writer.deltaHead('response.function_call_arguments.delta', at);
    this.#calls.set(index, { id, index: outputIndex, ...call, head, text: '' });
  }

  #closeCalls(status: ItemStatus): void {
    for (const call of [...this.#calls.values()]) this.#closeCall(call, status);
  }

  #closeCall(call: OpenCall, status: ItemStatus): void {
    for (const [key, open] of this.#calls) if (open === call) this.#calls.delete(key);
    const at = `"item_id":"${call.id}","output_index":${call.index}`;
    const text = JSON.stringify(call.text);
    this.#writer.send(
      'response.function_call_arguments.done',
      `${at},"name":${JSON.stringify(call.name)},"arguments":${text}`,
    );
    this.#items.done(call.index, toFunctionCall(call, status));
  }

  #openStep(event: Extract<RunEvent, { type: 'tool.called' }>): void {
    const { callId, name } = event;
    const id = this.#items.nextId('mtc');
    const step = { id, callId, name, arguments: event.arguments };
    this.#steps.set(callId, { ...step, index: this.#items.add(toolCallItem(id, 'in_progress', step, null)) });
  }

  #closeStep(callId: string, status: ItemStatus | 'failed', output: string | null): void {
    const step = this.#steps.get(callId);
    if (!step) return;
    this.#steps.delete(callId);
    this.#items.done(step.index, toolCallItem(step.id, status, step, output));
  }
}

function toFunctionCall(call: OpenCall, status: ItemStatus): WireItem {
  return functionCallItem(call.id, status, { ...call, arguments: call.text });
}
