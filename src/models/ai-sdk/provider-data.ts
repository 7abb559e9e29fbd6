import type {
  LanguageModelV4ToolCallPart,
  SharedV4ProviderMetadata,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider';
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import type { ReasoningItem } from '../types.ts';

/**
 * What providers want back with their own reasoning (signatures, encrypted content, item ids), kept in a reasoning
 * item. A tool call has no place for such data with us, so the signatures of tool calls travel in a reasoning item
 * too, by call id.
 */
const KEY = 'aiSdk';

export function reasoningWithData(
  text: string,
  metadata: SharedV4ProviderMetadata | undefined,
): ReasoningItem {
  if (metadata === undefined) return { type: 'reasoning', text };
  return { type: 'reasoning', text, providerData: { [KEY]: { metadata: plainJson(metadata) } } };
}

export function toolCallData(
  calls: ReadonlyMap<string, SharedV4ProviderMetadata>,
): ReasoningItem | undefined {
  if (calls.size === 0) return undefined;
  const data: Record<string, Json> = {};
  for (const [callId, metadata] of calls) data[callId] = plainJson(metadata);
  return { type: 'reasoning', text: '', providerData: { [KEY]: { toolCalls: data } } };
}

/** What goes back with a reasoning item; undefined when it came by another way or names another provider. */
export function optionsOfReasoning(
  item: ReasoningItem,
  provider: string,
): SharedV4ProviderOptions | undefined {
  const data = item.providerData?.[KEY];
  return isJsonObject(data) ? optionsOf(data.metadata, provider) : undefined;
}

export function optionsOfToolCalls(
  item: ReasoningItem,
  provider: string,
): ReadonlyMap<string, NonNullable<LanguageModelV4ToolCallPart['providerOptions']>> {
  const found = new Map<string, SharedV4ProviderOptions>();
  const data = item.providerData?.[KEY];
  if (!isJsonObject(data) || !isJsonObject(data.toolCalls)) return found;
  for (const [callId, metadata] of Object.entries(data.toolCalls)) {
    const options = optionsOf(metadata, provider);
    if (options) found.set(callId, options);
  }
  return found;
}

function optionsOf(metadata: Json | undefined, provider: string): SharedV4ProviderOptions | undefined {
  if (!isJsonObject(metadata)) return undefined;
  const own = metadata[provider];
  return isJsonObject(own) ? { [provider]: { ...own } } : undefined;
}

/** Metadata may hold `undefined`, which JSON does not. */
function plainJson(value: SharedV4ProviderMetadata): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(value));
  return isJsonObject(copy) ? copy : {};
}
