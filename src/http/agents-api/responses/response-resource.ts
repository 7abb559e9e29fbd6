import { usdNumber } from '../../../billing/index.ts';
import type { RunUsage } from '../../../runs/index.ts';
import type { WireItem } from './wire-items.ts';

export type ResponseStatus = 'queued' | 'in_progress' | 'completed' | 'incomplete' | 'failed' | 'cancelled';

/** What a response repeats of its request, as it is shown; stored, so that it is shown the same for ever. */
export interface ResponseEcho {
  readonly model: string;
  readonly previous_response_id: string | null;
  readonly instructions: string | null;
  readonly tools: readonly unknown[];
  readonly tool_choice: unknown;
  readonly truncation: 'auto' | 'disabled';
  readonly parallel_tool_calls: boolean;
  readonly text: unknown;
  readonly top_p: number;
  readonly presence_penalty: number;
  readonly frequency_penalty: number;
  readonly top_logprobs: number;
  readonly temperature: number;
  readonly reasoning: { readonly effort: string | null; readonly summary: string | null } | null;
  readonly max_output_tokens: number | null;
  readonly max_tool_calls: number | null;
  readonly store: boolean;
  readonly background: boolean;
  readonly service_tier: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly safety_identifier: string | null;
  readonly prompt_cache_key: string | null;
  /** Only when the request named a conversation. */
  readonly conversation?: { readonly id: string };
  /** Muster's own: where the thread is, for whichever API continues it. Only when it is stored. */
  readonly conversation_id?: string;
}

export interface ResponseIdentity {
  /** Of the turn. */
  readonly uid: string;
  readonly createdAt: number;
  readonly echo: ResponseEcho;
}

/** How a response ended, beside its items. */
export interface ResponseEnd {
  readonly status: ResponseStatus;
  readonly usage: RunUsage | null;
  readonly completedAt: number | null;
  readonly incompleteReason: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly warnings: readonly string[];
}

/** The whole resource: every field of the specification is there, whatever the state. */
export function toResource(
  { uid, createdAt, echo }: ResponseIdentity,
  status: ResponseStatus,
  output: readonly WireItem[],
  end?: ResponseEnd,
): Record<string, unknown> {
  const { model, ...rest } = echo;
  return {
    id: `resp_${uid}`,
    object: 'response',
    created_at: seconds(createdAt),
    completed_at:
      end?.completedAt === undefined || end.completedAt === null ? null : seconds(end.completedAt),
    status,
    incomplete_details: end?.incompleteReason ? { reason: end.incompleteReason } : null,
    model,
    output,
    error: end?.error ?? null,
    usage: end?.usage ? toUsage(end.usage) : null,
    ...rest,
    ...(end && end.warnings.length > 0 && { warnings: end.warnings }),
  };
}

export function toUsage(usage: RunUsage): Record<string, unknown> {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: usage.cachedTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
    cost_usd: usdNumber(usage.costNanoUsd),
    ...(usage.estimated && { estimated: true }),
  };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
