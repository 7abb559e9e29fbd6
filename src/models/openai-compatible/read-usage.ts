import { isJsonObject, type Json } from '../../lib/json.ts';
import type { TokenUsage } from '../types.ts';

/** More than any context window: figures above are a fault of the provider. */
const MOST_TOKENS = 20_000_000;

/**
 * The provider's figures, or undefined when they can not be true (missing, negative, not whole, absurd, none for
 * something produced): the caller then estimates.
 */
export function readUsage(raw: Json | undefined, producedSomething: boolean): TokenUsage | undefined {
  if (!isJsonObject(raw)) return undefined;
  const inputTokens = count(raw.prompt_tokens);
  const completion = count(raw.completion_tokens);
  if (inputTokens === undefined || completion === undefined) return undefined;
  if (inputTokens === 0 || (completion === 0 && producedSomething)) return undefined;

  const promptDetails = isJsonObject(raw.prompt_tokens_details) ? raw.prompt_tokens_details : {};
  const details = isJsonObject(raw.completion_tokens_details) ? raw.completion_tokens_details : {};
  const cached = count(promptDetails.cached_tokens) ?? count(raw.prompt_cache_hit_tokens) ?? 0;
  const reasoning = count(details.reasoning_tokens) ?? count(raw.reasoning_tokens) ?? 0;
  // Some providers count reasoning beside the completion, not within it; their total tells.
  const beside = reasoning > 0 && count(raw.total_tokens) === inputTokens + completion + reasoning;
  const outputTokens = beside ? completion + reasoning : completion;
  return {
    inputTokens,
    cachedTokens: Math.min(cached, inputTokens),
    outputTokens,
    reasoningTokens: Math.min(reasoning, outputTokens),
    estimated: false,
  };
}

function count(value: Json | undefined): number | undefined {
  if (typeof value !== 'number' || !Number.isInteger(value)) return undefined;
  return value >= 0 && value <= MOST_TOKENS ? value : undefined;
}
