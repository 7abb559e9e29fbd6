import type { ResponseEnd } from '../response-resource.ts';

/** The end of a response that took its input in and made nothing of it. */
export function warmUpEnding(now: number): ResponseEnd {
  return {
    status: 'completed',
    usage: {
      inputTokens: 0,
      cachedTokens: 0,
      outputTokens: 0,
      reasoningTokens: 0,
      estimated: false,
      costNanoUsd: 0n,
    },
    completedAt: now,
    incompleteReason: null,
    error: null,
    warnings: [],
  };
}
