import { systemClock } from '../lib/clock.ts';
import { ModelCallError } from './errors.ts';
import type { Flavour } from './openai-compatible/chat-body.ts';
import { createChatModel } from './openai-compatible/create-chat-model.ts';
import { defaultRetryPolicy, type RetryTools } from './retries.ts';
import { type CallLimits, defaultLimits } from './transport/limits.ts';
import { createPools } from './transport/pools.ts';
import type { ChatModel, ModelCall, ModelPart, ModelSink } from './types.ts';

/** A call with everything at its plainest; tests name what they are about. */
export function callOf(overrides: Partial<ModelCall> = {}, text = 'Hello'): ModelCall {
  return {
    items: [{ type: 'message', role: 'user', content: [{ type: 'text', text }] }],
    tools: [],
    toolChoice: { type: 'auto' },
    responseFormat: { type: 'text' },
    parameters: {},
    idempotencyKey: 'key-1',
    ...overrides,
  };
}

/** Keeps the parts; its text is what a reader would have seen. */
export class RecordingSink implements ModelSink {
  readonly parts: ModelPart[] = [];

  part(part: ModelPart): void {
    this.parts.push(part);
  }

  textOf(type: 'text' | 'reasoning' | 'refusal' | 'tool_arguments'): string {
    let text = '';
    for (const part of this.parts) if (part.type === type) text += part.delta;
    return text;
  }
}

/** Waits take no time and are written down. */
export function instantRetries(waits: number[] = [], random = 0): RetryTools {
  return {
    policy: defaultRetryPolicy,
    random: () => random,
    async sleep(ms, signal) {
      waits.push(ms);
      signal.throwIfAborted();
    },
  };
}

export interface TestModelOptions {
  readonly limits?: Partial<CallLimits>;
  readonly retries?: RetryTools;
  readonly flavour?: Flavour;
  readonly model?: string;
  readonly apiKey?: string;
}

/** A model of our adapter in front of an address, with its own connections. */
export function testModel(
  baseUrl: string,
  options: TestModelOptions = {},
): { model: ChatModel; close(): Promise<void> } {
  const limits = { ...defaultLimits, ...options.limits };
  const pools = createPools(limits.connectMs);
  const model = createChatModel({
    id: 'test/model',
    provider: 'test',
    model: options.model ?? 'model',
    baseUrl,
    apiKey: options.apiKey ?? 'upstream-secret-key',
    flavour: options.flavour ?? 'compatible',
    dispatcher: pools.dispatcherOf(new URL(baseUrl).origin),
    limits,
    retries: options.retries ?? instantRetries(),
    clock: systemClock,
  });
  return { model, close: () => pools.close() };
}

/** The failure of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<ModelCallError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ModelCallError) return error;
    throw error;
  }
  throw new Error('the call was expected to fail');
}
