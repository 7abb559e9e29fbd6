import type { ReasoningItem } from '../../../models/index.ts';
import type { RunEvent } from '../../../runs/index.ts';
import { EventWriter, type EventWriterOptions, type OpenText } from './event-writer.ts';
import { namesOfNamespaces } from './namespaced-names.ts';
import { OpenCalls } from './open-calls.ts';
import { OpenMessage } from './open-message.ts';
import { OpenReasoning } from './open-reasoning.ts';
import { OpenSteps } from './open-steps.ts';
import { OutputItems } from './output-items.ts';
import {
  type ResponseEnd,
  type ResponseIdentity,
  type ResponseStatus,
  toResource,
} from './response-resource.ts';
import { SaidBefore } from './said-before.ts';
import type { ItemStatus, Phase, WireItem } from './wire-items.ts';

export interface EmitterOptions extends EventWriterOptions {
  readonly identity: ResponseIdentity;
  /** Whether the agent's own tool calls are shown, as `muster:tool_call` items. */
  readonly showSteps: boolean;
  /** Seals what a provider needs of its reasoning; absent: it is not shown. */
  readonly seal?: ((reasoning: readonly ReasoningItem[]) => string) | undefined;
  /** Whether it begins with its first item, rather than with the call of the model. */
  readonly waitsForOutput?: boolean;
  /** Whether an `error` event goes before `response.failed`; default true. */
  readonly tellsErrors?: boolean;
}

/** A text that comes in pieces. */
/**
 * Projects a run's events onto the events and the resource of the Open Responses specification. It alone owns sequence
 * numbers, indices and item ids, and has no clock and no chance: the same events give the same bytes, now or replayed.
 */
export class ResponseEmitter {
  readonly #options: EmitterOptions;
  readonly #writer: EventWriter;
  readonly #items: OutputItems;
  readonly #calls: OpenCalls;
  readonly #steps: OpenSteps;
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
    const namespaced = namesOfNamespaces(options.identity.echo.tools);
    this.#calls = new OpenCalls(this.#items, this.#writer, namespaced);
    this.#steps = new OpenSteps(this.#items);
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
      case 'client_call.delta':
        this.#calls.delta(event.index, event.text);
        break;
      case 'refusal.delta':
        this.#writer.delta(this.#openPart('refusal'), event.text);
        break;
      case 'client_call.started':
        this.#closeReasoningUnlessSealed();
        this.#calls.open(event.index, event.callId, event.name);
        break;
      case 'model.called':
        if (!this.#options.waitsForOutput) this.begin();
        this.#beginStep(event.step);
        break;
      case 'model.answered':
        if (event.isPartial) break;
        this.#endAgain();
        this.#closeReasoning('completed', event.reasoning);
        this.#calls.close(() => 'completed');
        break;
      case 'answer.rejected':
        this.#closeMessage('completed', 'commentary');
        break;
      case 'tool.called':
        this.#closeReasoning('completed');
        this.#closeMessage('completed', 'commentary');
        if (this.#options.showSteps) this.#steps.open(event);
        break;
      case 'tool.completed':
        this.#steps.close(event.callId, event.isError ? 'failed' : 'completed', event.output);
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
        text: this.#message?.partOf('output_text')?.said.toString() ?? '',
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
      this.#calls.close(() => 'completed');
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
    this.#calls.close(statusAt);
    this.#steps.closeAll((index) => (index === last ? 'incomplete' : 'failed'));
  }

  #itemsSoFar(status: ItemStatus = 'in_progress'): WireItem[] {
    const items = [...this.#items.all];
    if (this.#reasoning) items[this.#reasoning.index] = this.#reasoning.soFar(status);
    if (this.#message) items[this.#message.index] = this.#message.soFar(status);
    for (const [index, item] of this.#calls.soFar(status)) items[index] = item;
    for (const [index, item] of this.#steps.soFar(status)) items[index] = item;
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
    this.#reasoning ??= new OpenReasoning(this.#items, this.#writer);
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
    this.#stepReasoning = reasoning.text;
    reasoning.close(status, seal && withData ? seal(withData) : undefined);
  }
}
