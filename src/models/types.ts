import type { JsonObject } from '../lib/json.ts';

/**
 * One entry of a conversation, in a form that no provider and no API owns. It follows the item types of the Open
 * Responses specification, the richest of the wires that it must map to and from.
 */
export type Item = MessageItem | ToolCallItem | ToolResultItem | ReasoningItem;

export interface MessageItem {
  readonly type: 'message';
  readonly role: 'system' | 'developer' | 'user' | 'assistant';
  readonly content: readonly ContentPart[];
  /** Of an assistant message: said on the way (before tools), or the answer itself. */
  readonly phase?: 'commentary' | 'final_answer';
  /** The message is Muster's own summary, which stands for the earlier conversation. */
  readonly isSummary?: true;
}

export type ContentPart =
  | { readonly type: 'text'; readonly text: string; readonly annotations?: readonly Annotation[] }
  | { readonly type: 'refusal'; readonly text: string }
  | { readonly type: 'image'; readonly url: string; readonly detail?: 'auto' | 'low' | 'high' }
  | {
      readonly type: 'file';
      readonly filename?: string;
      readonly mediaType: string;
      readonly data: FileData;
    };

/** `base64` is the file itself; `url` is a public http(s) address that the provider fetches. */
export type FileData =
  | { readonly type: 'base64'; readonly base64: string }
  | { readonly type: 'url'; readonly url: string };

/** Where a statement of an answer comes from: a passage of a document. Offsets count UTF-16 units. */
export interface Annotation {
  readonly type: 'citation';
  readonly documentId: string;
  readonly documentName: string;
  /** Opens the passage in the console. */
  readonly url: string;
  /** The passage in the document's extracted text. */
  readonly documentStart: number;
  readonly documentEnd: number;
  readonly quote: string;
  /** The part of the answer that the citation stands behind. */
  readonly startIndex: number;
  readonly endIndex: number;
  /** The number that the answer names it by, as in `[1]`; none where it only has the passage's words. */
  readonly number?: number;
}

interface ToolCallItem {
  readonly type: 'tool_call';
  readonly callId: string;
  readonly name: string;
  /** The arguments as the model wrote them; not necessarily valid JSON. */
  readonly arguments: string;
  /** `server`: run by Muster; `client`: handed to the caller. */
  readonly runBy: 'server' | 'client';
}

export interface ToolResultItem {
  readonly type: 'tool_result';
  readonly callId: string;
  readonly name: string;
  readonly output: string;
  readonly isError: boolean;
}

export interface ReasoningItem {
  readonly type: 'reasoning';
  readonly text: string;
  /** What the provider needs to take its own reasoning back (signatures, encrypted content); opaque to us. */
  readonly providerData?: JsonObject;
}

export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments object. */
  readonly parameters: JsonObject;
  readonly strict?: boolean;
}

export type ToolChoice =
  | { readonly type: 'auto' }
  | { readonly type: 'none' }
  | { readonly type: 'required' }
  | { readonly type: 'tool'; readonly name: string };

export type ResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json_object' }
  | {
      readonly type: 'json_schema';
      readonly name: string;
      readonly description?: string;
      readonly schema: JsonObject;
      readonly strict?: boolean;
    };

type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh';

export interface ModelParameters {
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxOutputTokens?: number;
  readonly stop?: readonly string[];
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly seed?: number;
  readonly reasoningEffort?: ReasoningEffort;
}

/** One call of one model. */
export interface ModelCall {
  /** Agent instructions, rendered; sent before `items`. */
  readonly instructions?: string;
  readonly items: readonly Item[];
  readonly tools: readonly ToolDefinition[];
  readonly toolChoice: ToolChoice;
  readonly parallelToolCalls?: boolean;
  readonly responseFormat: ResponseFormat;
  readonly parameters: ModelParameters;
  /** Sent upstream where the provider takes it, so that a retried call is not made twice. */
  readonly idempotencyKey: string;
}

/** What a model says while it runs, in order. Deltas are never empty. */
export type ModelPart =
  | { readonly type: 'text'; readonly delta: string }
  | { readonly type: 'refusal'; readonly delta: string }
  | { readonly type: 'reasoning'; readonly delta: string }
  /** A tool call begins; `index` counts the calls of this reply from 0. */
  | { readonly type: 'tool_call'; readonly index: number; readonly callId: string; readonly name: string }
  | { readonly type: 'tool_arguments'; readonly index: number; readonly delta: string };

/** Takes parts as they come. `ready`, when given, is awaited between network chunks so that a slow reader slows us. */
export interface ModelSink {
  part(part: ModelPart): void;
  ready?(): Promise<void> | undefined;
}

/** Non-negative integers. `inputTokens` includes `cachedTokens`, `outputTokens` includes `reasoningTokens`. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** True when the provider gave no (or absurd) figures and they were counted from the text. */
  readonly estimated: boolean;
}

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** A finished call. Items are in the order in which the model made them; tool calls are not yet told server from client. */
export interface ModelReply {
  readonly text: string;
  readonly refusal?: string;
  readonly reasoning: readonly ReasoningItem[];
  readonly toolCalls: readonly {
    readonly callId: string;
    readonly name: string;
    readonly arguments: string;
  }[];
  readonly finishReason: FinishReason;
  readonly usage: TokenUsage;
  /** What the provider could not honour, in words for the caller. */
  readonly warnings: readonly string[];
  /** What has been billed for it already, by whoever made it; then nothing is charged for the call. */
  readonly billedNanoUsd?: bigint;
}

/**
 * A model that can be called. With a sink the provider is asked to stream; without, for one reply: both resolve to the
 * same ModelReply.
 *
 * Rejects with ModelCallError, which carries what was received before the failure, so that it can be billed. Retries
 * (429, 5xx, connection) happen inside, bounded and with jitter, and only while no part has reached the sink.
 * An abort of `signal` ends the upstream call at once and rejects with reason `aborted`.
 */
export interface ChatModel {
  /** `provider/model`, as in the catalogue. */
  readonly id: string;
  call(call: ModelCall, options: { signal: AbortSignal; sink?: ModelSink }): Promise<ModelReply>;
}

export type ModelFailure =
  | 'aborted'
  | 'auth'
  | 'rate_limited'
  | 'bad_request'
  | 'context_length'
  | 'content_filter'
  | 'unavailable'
  | 'timeout'
  | 'cut'
  | 'garbage';

/** What reached us before a call failed: enough to bill it and to keep the partial answer. */
export interface PartialReply {
  readonly text: string;
  readonly reasoningText: string;
  /** Characters of tool-call arguments received. */
  readonly toolArgumentsLength: number;
  /** Present when the provider sent figures before it broke. */
  readonly usage?: TokenUsage;
  /** False when the provider refused before doing any work (401, 4xx, 429): nothing is billed then. */
  readonly started: boolean;
}

/** Nano-dollars per token, as exact integers per million tokens. */
export interface ModelPrice {
  readonly inputNanoUsdPerMillion: bigint;
  readonly cachedInputNanoUsdPerMillion: bigint;
  readonly outputNanoUsdPerMillion: bigint;
  readonly source: 'library' | 'account' | 'operator' | 'built-in';
}

export interface ModelInfo {
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
  readonly inputs: readonly ('text' | 'image' | 'file')[];
  readonly reasons: boolean;
}
