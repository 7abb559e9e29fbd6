import type { Annotation, FinishReason, ReasoningItem, TokenUsage } from '../models/index.ts';

/**
 * What happens in a run, in order: the closed set that every API, trace and bill is a projection of. Deltas are live
 * only; the journal (journal.ts) keeps all others.
 */
export type RunEvent =
  | {
      readonly type: 'run.started';
      readonly runId: string;
      readonly conversationId: string;
      readonly turnId: string;
      readonly agentId: string;
      readonly agentVersion: number;
      readonly model: string;
    }
  | { readonly type: 'model.called'; readonly step: number; readonly model: string }
  | { readonly type: 'reasoning.delta'; readonly text: string }
  | { readonly type: 'text.delta'; readonly text: string }
  | { readonly type: 'refusal.delta'; readonly text: string }
  /** The model asks the caller for a tool; its arguments follow as deltas. `index` counts such calls of the run. */
  | {
      readonly type: 'client_call.started';
      readonly index: number;
      readonly callId: string;
      readonly name: string;
    }
  | { readonly type: 'client_call.delta'; readonly index: number; readonly text: string }
  | {
      readonly type: 'model.answered';
      readonly step: number;
      readonly usage: TokenUsage;
      readonly costNanoUsd: bigint;
      readonly finishReason: FinishReason;
      readonly durationMs: number;
      /** Present when the provider wants its reasoning back with the next call. */
      readonly reasoning?: readonly ReasoningItem[];
      /** The provider broke off: what was said so far is not the whole reply. */
      readonly isPartial?: true;
    }
  /** What the model has just answered does not fit the format that was asked for; another answer follows. */
  | { readonly type: 'answer.rejected'; readonly step: number; readonly reason: string }
  | {
      readonly type: 'model.failed';
      readonly step: number;
      readonly code: string;
      readonly costNanoUsd: bigint;
      readonly durationMs: number;
    }
  | {
      readonly type: 'tool.called';
      readonly step: number;
      readonly callId: string;
      readonly name: string;
      readonly arguments: string;
    }
  | {
      readonly type: 'tool.completed';
      readonly step: number;
      readonly callId: string;
      readonly name: string;
      readonly output: string;
      readonly isError: boolean;
      readonly costNanoUsd: bigint;
      readonly durationMs: number;
    }
  | { readonly type: 'answer.cited'; readonly annotations: readonly Annotation[] };

export type RunSink = (event: RunEvent) => void;
