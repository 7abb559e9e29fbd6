import type {
  LanguageModelV4FinishReason,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
  SharedV4ProviderMetadata,
  SharedV4Warning,
} from '@ai-sdk/provider';
import { ReplyBuilder } from '../reply-builder.ts';
import { estimateUsage } from '../token-estimate.ts';
import type { FinishReason, ModelCall, ModelReply, ModelSink, ReasoningItem, TokenUsage } from '../types.ts';
import { reasoningWithData, toolCallData } from './provider-data.ts';

interface OpenReasoning {
  text: string;
  metadata: SharedV4ProviderMetadata | undefined;
}

/** Reads what a provider package says, streamed or whole, into a reply. */
export class ResultReader {
  readonly builder: ReplyBuilder;
  readonly warnings: string[] = [];
  finishReason: LanguageModelV4FinishReason | undefined;
  #usage: LanguageModelV4Usage | undefined;
  readonly #reasoning: OpenReasoning[] = [];
  readonly #openReasoning = new Map<string, OpenReasoning>();
  readonly #toolIndex = new Map<string, number>();
  readonly #toolMetadata = new Map<string, SharedV4ProviderMetadata>();
  readonly #streamedArguments = new Set<string>();

  constructor(sink: ModelSink | undefined) {
    this.builder = new ReplyBuilder(sink);
  }

  /** One part of a stream. `error` parts are the caller's. */
  part(part: LanguageModelV4StreamPart): void {
    switch (part.type) {
      case 'text-delta':
        this.builder.text(part.delta);
        break;
      case 'reasoning-start':
      case 'reasoning-delta':
      case 'reasoning-end':
        this.#reasoningPart(part);
        break;
      case 'tool-input-start':
        if (part.providerExecuted !== true) this.#toolCall(part.id, part.toolName);
        this.#keepToolMetadata(part.id, part.providerMetadata);
        break;
      case 'tool-input-delta':
        this.#toolArguments(part.id, part.delta);
        break;
      case 'tool-call':
        if (part.providerExecuted === true) break;
        this.#wholeToolCall(part.toolCallId, part.toolName, part.input, part.providerMetadata);
        break;
      case 'stream-start':
        this.warn(part.warnings);
        break;
      case 'finish':
        this.finishReason = part.finishReason;
        this.#usage = part.usage;
        break;
      default:
        // Sources, generated files and a provider's own tools are not part of a reply of ours.
        break;
    }
  }

  whole(result: LanguageModelV4GenerateResult): void {
    for (const content of result.content) {
      if (content.type === 'text') this.builder.text(content.text);
      else if (content.type === 'reasoning') {
        this.#reasoning.push({ text: content.text, metadata: content.providerMetadata });
        this.builder.reasoning(content.text);
      } else if (content.type === 'tool-call' && content.providerExecuted !== true) {
        this.#wholeToolCall(content.toolCallId, content.toolName, content.input, content.providerMetadata);
      }
    }
    this.warn(result.warnings);
    this.finishReason = result.finishReason;
    this.#usage = result.usage;
  }

  reply(call: ModelCall): ModelReply {
    return this.builder.finish({
      finishReason: this.#finish(),
      usage: this.usage() ?? estimateUsage(call, this.builder.produced()),
      warnings: this.warnings,
      reasoning: this.#reasoningItems(),
    });
  }

  /** The provider's figures when they can be true. */
  usage(): TokenUsage | undefined {
    const usage = this.#usage;
    if (usage === undefined) return undefined;
    const inputTokens = count(usage.inputTokens.total);
    const outputTokens = count(usage.outputTokens.total);
    if (inputTokens === undefined || outputTokens === undefined || inputTokens === 0) return undefined;
    if (outputTokens === 0 && this.builder.partCount > 0) return undefined;
    return {
      inputTokens,
      cachedTokens: Math.min(count(usage.inputTokens.cacheRead) ?? 0, inputTokens),
      outputTokens,
      reasoningTokens: Math.min(count(usage.outputTokens.reasoning) ?? 0, outputTokens),
      estimated: false,
    };
  }

  warn(warnings: readonly SharedV4Warning[]): void {
    for (const warning of warnings) {
      if (warning.type === 'unsupported' || warning.type === 'compatibility') {
        const details = warning.details === undefined ? '' : `: ${warning.details}`;
        const what = warning.type === 'unsupported' ? 'is not supported' : 'is only imitated';
        this.warnings.push(`${warning.feature} ${what} by this model${details}`.slice(0, 300));
      } else if ('message' in warning) this.warnings.push(warning.message.slice(0, 300));
    }
  }

  #reasoningPart(
    part: Extract<
      LanguageModelV4StreamPart,
      { type: 'reasoning-start' | 'reasoning-delta' | 'reasoning-end' }
    >,
  ): void {
    let open = this.#openReasoning.get(part.id);
    if (open === undefined || part.type === 'reasoning-start') {
      open = { text: '', metadata: undefined };
      this.#openReasoning.set(part.id, open);
      this.#reasoning.push(open);
    }
    if (part.providerMetadata !== undefined)
      open.metadata = mergeMetadata(open.metadata, part.providerMetadata);
    if (part.type !== 'reasoning-delta') return;
    open.text += part.delta;
    this.builder.reasoning(part.delta);
  }

  #toolCall(id: string, name: string): number {
    const known = this.#toolIndex.get(id);
    if (known !== undefined) return known;
    const index = this.builder.toolCall(id, name);
    this.#toolIndex.set(id, index);
    return index;
  }

  #toolArguments(id: string, delta: string): void {
    const index = this.#toolIndex.get(id);
    if (index === undefined || delta === '') return;
    this.#streamedArguments.add(id);
    this.builder.toolArguments(index, delta);
  }

  /** After streamed deltas the whole call says nothing new; without them it is all there is. */
  #wholeToolCall(
    id: string,
    name: string,
    input: string,
    metadata: SharedV4ProviderMetadata | undefined,
  ): void {
    const index = this.#toolCall(id, name);
    if (!this.#streamedArguments.has(id)) this.#toolArguments(id, input);
    this.#keepToolMetadata(id, metadata);
    this.#toolIndex.set(id, index);
  }

  #keepToolMetadata(id: string, metadata: SharedV4ProviderMetadata | undefined): void {
    if (metadata !== undefined)
      this.#toolMetadata.set(id, mergeMetadata(this.#toolMetadata.get(id), metadata));
  }

  #reasoningItems(): readonly ReasoningItem[] {
    const items = this.#reasoning
      .filter(({ text, metadata }) => text !== '' || metadata !== undefined)
      .map(({ text, metadata }) => reasoningWithData(text, metadata));
    const ofTools = toolCallData(this.#toolMetadata);
    return ofTools ? [...items, ofTools] : items;
  }

  #finish(): FinishReason {
    switch (this.finishReason?.unified) {
      case 'length':
        return 'length';
      case 'content-filter':
        return 'content_filter';
      default:
        return this.builder.toolCallCount > 0 ? 'tool_calls' : 'stop';
    }
  }
}

function mergeMetadata(
  before: SharedV4ProviderMetadata | undefined,
  later: SharedV4ProviderMetadata,
): SharedV4ProviderMetadata {
  const merged: SharedV4ProviderMetadata = { ...before };
  for (const [provider, values] of Object.entries(later))
    merged[provider] = { ...merged[provider], ...values };
  return merged;
}

function count(value: number | undefined): number | undefined {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 && value <= 20_000_000
    ? value
    : undefined;
}
