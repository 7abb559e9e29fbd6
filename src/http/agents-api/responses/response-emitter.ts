import type { Annotation, ReasoningItem } from '../../../models/index.ts';
import { type ItemKind, itemId, type RunEvent } from '../../../runs/index.ts';
import type { Framing } from './framing.ts';
import { obfuscationFor } from './obfuscation.ts';
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
  messageItem,
  outputText,
  type Phase,
  reasoningItem,
  refusal,
  summaryText,
  toAnnotation,
  toolCallItem,
  type WireItem,
} from './wire-items.ts';

export interface EmitterOptions {
  readonly identity: ResponseIdentity;
  /** Whether the agent's own tool calls are shown, as `muster:tool_call` items. */
  readonly showSteps: boolean;
  /** Seals what a provider needs of its reasoning; absent: it is not shown. */
  readonly seal?: ((reasoning: readonly ReasoningItem[]) => string) | undefined;
  readonly obfuscate?: boolean;
  /** Absent: only the resource is wanted. */
  readonly framing?: Framing;
  readonly write?: ((frame: string) => void) | undefined;
  /** Whether an `error` event goes before `response.failed`; default true. */
  readonly tellsErrors?: boolean;
  /** Events up to this one are left out: the reader has them. */
  readonly after?: number;
}

interface DeltaHead {
  readonly before: string;
  readonly middle: string;
}

interface OpenPart {
  readonly type: 'output_text' | 'refusal';
  readonly index: number;
  readonly head: DeltaHead;
  text: string;
  annotations: readonly unknown[];
}

interface OpenMessage {
  readonly id: string;
  readonly index: number;
  readonly parts: unknown[];
  part: OpenPart | undefined;
}

interface OpenReasoning {
  readonly id: string;
  readonly index: number;
  readonly head: DeltaHead;
  text: string;
}

interface OpenCall {
  readonly id: string;
  readonly index: number;
  readonly callId: string;
  readonly name: string;
  readonly head: DeltaHead;
  text: string;
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
  readonly #write: ((frame: string) => void) | undefined;
  readonly #after: number;
  readonly #output: WireItem[] = [];
  readonly #calls = new Map<number, OpenCall>();
  readonly #steps = new Map<string, OpenStep>();
  readonly #counts: Record<ItemKind, number> = { msg: 0, rs: 0, fc: 0, fco: 0, mtc: 0, cmp: 0 };
  #sequence = 0;
  #begun = false;
  #message: OpenMessage | undefined;
  #reasoning: OpenReasoning | undefined;
  #step = 0;
  /** What was thought in this step, once that is closed. */
  #stepReasoning = '';
  #again: SaidBefore | undefined;

  constructor(options: EmitterOptions) {
    this.#options = options;
    this.#write = options.write;
    this.#after = options.after ?? -1;
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
        if (text !== '') this.#delta(this.#openPart('output_text'), text);
        break;
      }
      case 'reasoning.delta': {
        const text = this.#again ? this.#again.reasoning(event.text) : event.text;
        if (text !== '') this.#delta(this.#openReasoning(), text);
        break;
      }
      case 'client_call.delta': {
        const call = this.#calls.get(event.index);
        if (call) this.#delta(call, event.text);
        break;
      }
      case 'refusal.delta':
        this.#delta(this.#openPart('refusal'), event.text);
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
        this.#cite(event.annotations);
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
      const part = this.#message?.part;
      const told = {
        text: part?.type === 'output_text' ? part.text : '',
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
    if (text !== '') this.#delta(this.#openPart('output_text'), text);
  }

  /** `queued` first, for a response that runs in the background. */
  begin(status: 'queued' | 'in_progress' = 'in_progress'): void {
    if (this.#begun) return;
    this.#begun = true;
    const response = JSON.stringify(toResource(this.#options.identity, status, []));
    this.#send('response.created', `"response":${response}`);
    if (status === 'queued') {
      this.#send('response.queued', `"response":${response}`);
      this.#send('response.in_progress', `"response":${JSON.stringify(this.current('in_progress'))}`);
      return;
    }
    this.#send('response.in_progress', `"response":${response}`);
  }

  /** Closes what is open, tells the end, and returns the finished resource. */
  finish(end: ResponseEnd, error?: Readonly<Record<string, unknown>>): Record<string, unknown> {
    this.begin();
    if (end.status === 'failed') return this.#fail(end, error);
    if (end.status === 'completed') {
      const handsOver = this.#calls.size > 0 || this.#counts.fc > 0;
      this.#closeReasoning('completed');
      this.#closeCalls('completed');
      this.#closeMessage('completed', handsOver ? 'commentary' : 'final_answer');
    } else {
      this.#closeCut();
    }
    const resource = toResource(this.#options.identity, end.status, this.#output, end);
    const type = end.status === 'completed' ? 'response.completed' : 'response.incomplete';
    this.#send(type, `"response":${JSON.stringify(resource)}`);
    return resource;
  }

  /** The unfinished items are shown as they were left; no event says that they are done. */
  #fail(end: ResponseEnd, error: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> {
    const output = this.#itemsSoFar('incomplete');
    if (error && this.#options.tellsErrors !== false) this.#send('error', `"error":${JSON.stringify(error)}`);
    const resource = toResource(this.#options.identity, 'failed', output, end);
    this.#send('response.failed', `"response":${JSON.stringify(resource)}`);
    return resource;
  }

  /** An answer that was cut: only what it stopped in the middle of is incomplete, and that is the last item. */
  #closeCut(): void {
    const last = this.#output.length - 1;
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
    const items = [...this.#output];
    if (this.#reasoning) items[this.#reasoning.index] = this.#reasoningSoFar(this.#reasoning, status);
    if (this.#message) {
      const { id, index, parts, part } = this.#message;
      items[index] = messageItem(id, 'assistant', status, part ? [...parts, partOf(part)] : parts);
    }
    for (const call of this.#calls.values()) items[call.index] = toFunctionCall(call, status);
    for (const step of this.#steps.values()) items[step.index] = toolCallItem(step.id, status, step, null);
    return items;
  }

  #openPart(type: OpenPart['type']): OpenPart {
    const open = this.#message?.part;
    if (open?.type === type) return open;
    this.#closeReasoningUnlessSealed();
    const message = this.#openMessage();
    this.#closePart(message);
    const index = message.parts.length;
    const at = `"item_id":"${message.id}","output_index":${message.index},"content_index":${index}`;
    const part: OpenPart = {
      type,
      index,
      head: this.#deltaHead(`response.${type}.delta`, at),
      text: '',
      annotations: [],
    };
    message.part = part;
    this.#send('response.content_part.added', `${at},"part":${JSON.stringify(partOf(part))}`);
    return part;
  }

  #openMessage(): OpenMessage {
    if (this.#message) return this.#message;
    const id = this.#nextId('msg');
    const index = this.#addItem(messageItem(id, 'assistant', 'in_progress', []));
    this.#message = { id, index, parts: [], part: undefined };
    return this.#message;
  }

  #closePart(message: OpenMessage): void {
    const { part } = message;
    if (!part) return;
    message.part = undefined;
    const at = `"item_id":"${message.id}","output_index":${message.index},"content_index":${part.index}`;
    const whole = partOf(part);
    const field = part.type === 'refusal' ? 'refusal' : 'text';
    this.#send(`response.${part.type}.done`, `${at},"${field}":${JSON.stringify(part.text)}`);
    this.#send('response.content_part.done', `${at},"part":${JSON.stringify(whole)}`);
    message.parts.push(whole);
  }

  #closeMessage(status: ItemStatus, phase: Phase): void {
    const message = this.#message;
    if (!message) return;
    this.#closePart(message);
    this.#message = undefined;
    this.#itemDone(message.index, messageItem(message.id, 'assistant', status, message.parts, phase));
  }

  #cite(annotations: readonly Annotation[]): void {
    const message = this.#message;
    const part = message?.part;
    if (!message || part?.type !== 'output_text') return;
    const shown = annotations.map(toAnnotation);
    part.annotations = shown;
    const at = `"item_id":"${message.id}","output_index":${message.index},"content_index":${part.index}`;
    for (const [index, annotation] of shown.entries()) {
      this.#send(
        'response.output_text.annotation.added',
        `${at},"annotation_index":${index},"annotation":${JSON.stringify(annotation)}`,
      );
    }
  }

  #openReasoning(): OpenReasoning {
    if (this.#reasoning) return this.#reasoning;
    const id = this.#nextId('rs');
    const index = this.#addItem(reasoningItem(id, 'in_progress', []));
    const at = `"item_id":"${id}","output_index":${index},"summary_index":0`;
    this.#reasoning = {
      id,
      index,
      head: this.#deltaHead('response.reasoning_summary_text.delta', at),
      text: '',
    };
    this.#send('response.reasoning_summary_part.added', `${at},"part":${JSON.stringify(summaryText(''))}`);
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
    this.#send('response.reasoning_summary_text.done', `${at},"text":${JSON.stringify(text)}`);
    this.#send('response.reasoning_summary_part.done', `${at},"part":${JSON.stringify(summaryText(text))}`);
    const sealed = seal && withData ? seal(withData) : undefined;
    this.#itemDone(reasoning.index, this.#reasoningSoFar(reasoning, status, sealed));
  }

  #reasoningSoFar({ id, text }: OpenReasoning, status: ItemStatus, sealed?: string): WireItem {
    return reasoningItem(id, status, [summaryText(text)], sealed);
  }

  #openCall(index: number, callId: string, name: string): void {
    const id = this.#nextId('fc');
    const outputIndex = this.#addItem(functionCallItem(id, 'in_progress', { callId, name, arguments: '' }));
    const at = `"item_id":"${id}","output_index":${outputIndex}`;
    const head = this.#deltaHead('response.function_call_arguments.delta', at);
    this.#calls.set(index, { id, index: outputIndex, callId, name, head, text: '' });
  }

  #closeCalls(status: ItemStatus): void {
    for (const call of [...this.#calls.values()]) this.#closeCall(call, status);
  }

  #closeCall(call: OpenCall, status: ItemStatus): void {
    for (const [key, open] of this.#calls) if (open === call) this.#calls.delete(key);
    const at = `"item_id":"${call.id}","output_index":${call.index}`;
    const text = JSON.stringify(call.text);
    this.#send(
      'response.function_call_arguments.done',
      `${at},"name":${JSON.stringify(call.name)},"arguments":${text}`,
    );
    this.#itemDone(call.index, toFunctionCall(call, status));
  }

  #openStep(event: Extract<RunEvent, { type: 'tool.called' }>): void {
    const { callId, name } = event;
    const id = this.#nextId('mtc');
    const step = { id, callId, name, arguments: event.arguments };
    this.#steps.set(callId, { ...step, index: this.#addItem(toolCallItem(id, 'in_progress', step, null)) });
  }

  #closeStep(callId: string, status: ItemStatus | 'failed', output: string | null): void {
    const step = this.#steps.get(callId);
    if (!step) return;
    this.#steps.delete(callId);
    this.#itemDone(step.index, toolCallItem(step.id, status, step, output));
  }

  #nextId(kind: ItemKind): string {
    const id = itemId(kind, this.#options.identity.uid, this.#counts[kind]);
    this.#counts[kind] += 1;
    return id;
  }

  #addItem(item: WireItem): number {
    this.begin();
    const index = this.#output.push(item) - 1;
    this.#send('response.output_item.added', `"output_index":${index},"item":${JSON.stringify(item)}`);
    return index;
  }

  #itemDone(index: number, item: WireItem): void {
    this.#output[index] = item;
    this.#send('response.output_item.done', `"output_index":${index},"item":${JSON.stringify(item)}`);
  }

  #deltaHead(type: string, at: string): DeltaHead {
    const before = this.#options.framing?.before(type) ?? '';
    return { before: `${before}{"type":"${type}","sequence_number":`, middle: `,${at},"delta":` };
  }

  /** The one place that runs for every piece of text: everything but the text itself is made beforehand. */
  #delta(open: { readonly head: DeltaHead; text: string }, text: string): void {
    open.text += text;
    const sequence = this.#sequence++;
    if (!this.#write || sequence <= this.#after) return;
    const { fields, after } = this.#options.framing ?? NO_FRAMING;
    const padding = this.#options.obfuscate ? `,"obfuscation":"${obfuscationFor(text)}"` : '';
    this.#write(
      `${open.head.before}${sequence}${open.head.middle}${JSON.stringify(text)}${padding}${fields}}${after}`,
    );
  }

  #send(type: string, rest: string): void {
    const sequence = this.#sequence++;
    if (!this.#write || sequence <= this.#after) return;
    const { before, fields, after } = this.#options.framing ?? NO_FRAMING;
    this.#write(`${before(type)}{"type":"${type}","sequence_number":${sequence},${rest}${fields}}${after}`);
  }
}

const NO_FRAMING: Framing = { before: () => '', fields: '', after: '' };

function partOf(part: OpenPart): Record<string, unknown> {
  return part.type === 'refusal' ? refusal(part.text) : outputText(part.text, part.annotations);
}

function toFunctionCall(call: OpenCall, status: ItemStatus): WireItem {
  return functionCallItem(call.id, status, { ...call, arguments: call.text });
}
