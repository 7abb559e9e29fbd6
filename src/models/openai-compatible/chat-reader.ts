import { createHash } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import { ReplyBuilder } from '../reply-builder.ts';
import type { FinishReason, ModelSink, ReasoningItem } from '../types.ts';
import { type ErrorSaid, readError } from './read-error.ts';
import { detailText, mergeDetail, type ReasoningWire, reasoningItem } from './reasoning-data.ts';

/** What one frame told the reader, where it is more than content. */
export type FrameOutcome = 'read' | 'done' | 'garbage' | ErrorSaid;

interface OpenCall {
  index: number | undefined;
  id: string | undefined;
  name: string;
  waiting: string;
  builderIndex: number | undefined;
}

/**
 * Reads chat completion chunks, or a whole completion, into a reply. Tolerates what servers that call themselves
 * compatible do: tool calls without index or id, arguments in one piece or as an object, reasoning in three fields,
 * content as a list.
 */
export class ChatReader {
  readonly builder: ReplyBuilder;
  readonly #callSeed: string;
  readonly #calls: OpenCall[] = [];
  readonly #details: JsonObject[] = [];
  #reasoningField: 'reasoning' | 'reasoning_content' | undefined;
  finishReason: FinishReason | undefined;
  /** The last usage object that came, as it came. */
  usage: Json | undefined;
  done = false;
  /** True once anything came that belongs to an answer. */
  answered = false;

  constructor(sink: ModelSink | undefined, idempotencyKey: string) {
    this.builder = new ReplyBuilder(sink);
    this.#callSeed = idempotencyKey;
  }

  /** One frame of a stream. */
  frame(data: string): FrameOutcome {
    if (data === '[DONE]') {
      this.done = true;
      return 'done';
    }
    if (this.done) return 'read';
    let value: Json;
    try {
      value = JSON.parse(data);
    } catch {
      return 'garbage';
    }
    return this.chunk(value);
  }

  /** A chunk of a stream or a whole completion: the one has `delta`, the other `message`, in the same place. */
  chunk(value: Json): FrameOutcome {
    if (!isJsonObject(value)) return 'garbage';
    const error = readError(value);
    if (error) return error;
    if (isJsonObject(value.usage)) this.usage = value.usage;
    const choices = value.choices;
    // Keep-alive objects without choices exist; a stream of nothing else is told by `answered`.
    if (choices === undefined || choices === null) return 'read';
    if (!Array.isArray(choices)) return 'garbage';
    for (const choice of choices) {
      // We never ask for more than one answer; another one is not ours to show.
      if (isJsonObject(choice) && (choice.index === undefined || choice.index === 0)) this.#choice(choice);
    }
    return 'read';
  }

  /** Reasoning as it has to go back to this provider. */
  reasoning(): readonly ReasoningItem[] {
    const text = this.builder.reasoningText;
    if (text === '' && this.#details.length === 0) return [];
    const wire: ReasoningWire =
      this.#details.length > 0
        ? { field: 'reasoning_details', details: this.#details }
        : { field: this.#reasoningField ?? 'reasoning' };
    return [reasoningItem(text, wire)];
  }

  /** Why it ended, when the provider only said that it did. */
  get impliedFinish(): FinishReason {
    const said = this.finishReason;
    if (this.builder.toolCallCount > 0 && (said === undefined || said === 'stop')) return 'tool_calls';
    return said ?? 'stop';
  }

  #choice(choice: JsonObject): void {
    const delta = isJsonObject(choice.delta) ? choice.delta : choice.message;
    if (isJsonObject(delta)) {
      this.answered = true;
      this.#delta(delta);
    }
    if (typeof choice.finish_reason === 'string') this.finishReason = finishOf(choice.finish_reason);
  }

  #delta(delta: JsonObject): void {
    const content = delta.content;
    this.#thinking(delta);
    if (typeof content === 'string') this.builder.text(content);
    else if (Array.isArray(content)) for (const part of content) this.#contentPart(part);
    if (typeof delta.refusal === 'string') this.builder.refusal(delta.refusal);
    if (Array.isArray(delta.tool_calls)) for (const call of delta.tool_calls) this.#toolCall(call);
  }

  #thinking(delta: JsonObject): void {
    const details = delta.reasoning_details;
    if (Array.isArray(details)) for (const detail of details) mergeDetail(this.#details, detail);
    if (typeof delta.reasoning_content === 'string' && delta.reasoning_content !== '') {
      this.#reasoningField = 'reasoning_content';
      this.builder.reasoning(delta.reasoning_content);
    } else if (typeof delta.reasoning === 'string' && delta.reasoning !== '') {
      this.#reasoningField ??= 'reasoning';
      this.builder.reasoning(delta.reasoning);
    } else if (Array.isArray(details)) {
      for (const detail of details) this.builder.reasoning(detailText(detail));
    }
  }

  #contentPart(part: Json): void {
    if (!isJsonObject(part)) return;
    if (typeof part.text === 'string') this.builder.text(part.text);
    else if (typeof part.refusal === 'string') this.builder.refusal(part.refusal);
    else if (Array.isArray(part.thinking)) {
      for (const piece of part.thinking) this.builder.reasoning(detailText(piece));
    }
  }

  #toolCall(value: Json): void {
    if (!isJsonObject(value)) return;
    const fn = isJsonObject(value.function) ? value.function : {};
    const index = typeof value.index === 'number' ? value.index : undefined;
    const id = typeof value.id === 'string' && value.id !== '' ? value.id : undefined;
    const name = typeof fn.name === 'string' ? fn.name : '';
    const call = this.#open(index, id, name);
    if (call.name === '' && name !== '') call.name = name;
    call.id ??= id;
    const args = fn.arguments;
    if (typeof args === 'string') call.waiting += args;
    else if (isJsonObject(args)) call.waiting += JSON.stringify(args);
    this.#emit(call);
  }

  /** Which call a piece belongs to. A new id with a name is a new call, even under an index that is taken. */
  #open(index: number | undefined, id: string | undefined, name: string): OpenCall {
    const known =
      (id !== undefined ? this.#calls.findLast((call) => call.id === id) : undefined) ??
      this.#calls.findLast(
        (call) =>
          (index === undefined ? id === undefined && name === '' : call.index === index) &&
          (id === undefined || call.id === undefined || (call.id !== id && name === '')),
      );
    if (known) return known;
    const call: OpenCall = { index, id, name, waiting: '', builderIndex: undefined };
    this.#calls.push(call);
    return call;
  }

  #emit(call: OpenCall): void {
    if (call.name === '') return;
    call.builderIndex ??= this.builder.toolCall(
      call.id ?? this.#madeUpId(this.#calls.indexOf(call)),
      call.name,
    );
    this.builder.toolArguments(call.builderIndex, call.waiting);
    call.waiting = '';
  }

  /** Equal for every attempt of the same call, so that a replay after a crash speaks of the same tool calls. */
  #madeUpId(position: number): string {
    const digest = createHash('sha256').update(`${this.#callSeed}\n${position}`).digest('hex');
    return `call_${digest.slice(0, 24)}`;
  }
}

function finishOf(reason: string): FinishReason {
  switch (reason) {
    case 'length':
    case 'max_tokens':
      return 'length';
    case 'tool_calls':
    case 'function_call':
    case 'tool_use':
      return 'tool_calls';
    case 'content_filter':
      return 'content_filter';
    default:
      return 'stop';
  }
}
