import { GrowingText } from '../lib/growing-text.ts';
import type {
  FinishReason,
  ModelReply,
  ModelSink,
  PartialReply,
  ReasoningItem,
  TokenUsage,
} from './types.ts';

interface ToolCallSoFar {
  readonly callId: string;
  readonly name: string;
  readonly arguments: GrowingText;
}

/** What of a reply matters for its bill when the provider gave no figures. */
export interface ProducedText {
  readonly text: string;
  readonly reasoningText: string;
  readonly toolArgumentsLength: number;
}

/**
 * Collects a reply while it comes and hands each part to the sink in the same order, so that the stream, the finished
 * reply and the partial one can not disagree. Empty deltas are dropped.
 */
export class ReplyBuilder {
  readonly #sink: ModelSink | undefined;
  readonly #toolCalls: ToolCallSoFar[] = [];
  readonly #text = new GrowingText();
  readonly #refusal = new GrowingText();
  readonly #reasoning = new GrowingText();
  #parts = 0;

  constructor(sink: ModelSink | undefined) {
    this.#sink = sink;
  }

  /** How many parts have been made, whether a sink saw them or not. */
  get partCount(): number {
    return this.#parts;
  }

  get toolCallCount(): number {
    return this.#toolCalls.length;
  }

  get reasoningText(): string {
    return this.#reasoning.toString();
  }

  text(delta: string): void {
    if (delta === '') return;
    this.#text.add(delta);
    this.#parts += 1;
    this.#sink?.part({ type: 'text', delta });
  }

  refusal(delta: string): void {
    if (delta === '') return;
    this.#refusal.add(delta);
    this.#parts += 1;
    this.#sink?.part({ type: 'refusal', delta });
  }

  reasoning(delta: string): void {
    if (delta === '') return;
    this.#reasoning.add(delta);
    this.#parts += 1;
    this.#sink?.part({ type: 'reasoning', delta });
  }

  /** Begins a tool call and answers its index. */
  toolCall(callId: string, name: string): number {
    const index = this.#toolCalls.length;
    this.#toolCalls.push({ callId, name, arguments: new GrowingText() });
    this.#parts += 1;
    this.#sink?.part({ type: 'tool_call', index, callId, name });
    return index;
  }

  toolArguments(index: number, delta: string): void {
    const call = this.#toolCalls[index];
    if (call === undefined || delta === '') return;
    call.arguments.add(delta);
    this.#parts += 1;
    this.#sink?.part({ type: 'tool_arguments', index, delta });
  }

  produced(): ProducedText {
    return {
      text: `${this.#text}${this.#refusal}`,
      reasoningText: this.reasoningText,
      toolArgumentsLength: this.#toolCalls.reduce((sum, call) => sum + call.arguments.length, 0),
    };
  }

  partial(started: boolean, usage?: TokenUsage): PartialReply {
    return { ...this.produced(), started, ...(usage && { usage }) };
  }

  /** The finished reply. A tool called without arguments gets `{}`: providers leave the field empty. */
  finish(end: {
    readonly finishReason: FinishReason;
    readonly usage: TokenUsage;
    readonly warnings: readonly string[];
    /** Reasoning items when the provider told them apart; else one is made of all reasoning text. */
    readonly reasoning?: readonly ReasoningItem[];
  }): ModelReply {
    for (const [index, call] of this.#toolCalls.entries()) {
      if (call.arguments.isEmpty) this.toolArguments(index, '{}');
    }
    const whole: readonly ReasoningItem[] = this.#reasoning.isEmpty
      ? []
      : [{ type: 'reasoning', text: this.reasoningText }];
    return {
      text: this.#text.toString(),
      ...(!this.#refusal.isEmpty && { refusal: this.#refusal.toString() }),
      reasoning: end.reasoning ?? whole,
      toolCalls: this.#toolCalls.map((call) => ({ ...call, arguments: call.arguments.toString() })),
      finishReason: end.finishReason,
      usage: end.usage,
      warnings: end.warnings,
    };
  }
}
