import { usdNumber } from '../../../billing/index.ts';
import type { Annotation } from '../../../models/index.ts';
import { joinAnswer, type RunEvent, type TurnOutcome } from '../../../runs/index.ts';

/** What somebody who tries an agent sees of a run's event; undefined: nothing. */
export function toTryEvent(event: RunEvent): Record<string, unknown> | undefined {
  switch (event.type) {
    case 'text.delta':
    case 'refusal.delta':
      return { type: 'text', text: event.text };
    case 'reasoning.delta':
      return { type: 'reasoning', text: event.text };
    case 'model.called':
      return { type: 'model_called', step: event.step, model: event.model };
    case 'model.answered': {
      const { inputTokens, cachedTokens, outputTokens, reasoningTokens } = event.usage;
      return {
        type: 'model_answered',
        step: event.step,
        input_tokens: inputTokens,
        cached_tokens: cachedTokens,
        output_tokens: outputTokens,
        reasoning_tokens: reasoningTokens,
        cost_usd: usdNumber(event.costNanoUsd),
        duration_ms: event.durationMs,
      };
    }
    case 'tool.called':
      return { type: 'tool_called', call_id: event.callId, name: event.name, arguments: event.arguments };
    case 'tool.completed':
      return {
        type: 'tool_completed',
        call_id: event.callId,
        name: event.name,
        output: event.output,
        is_error: event.isError,
        cost_usd: usdNumber(event.costNanoUsd),
        duration_ms: event.durationMs,
      };
    default:
      return undefined;
  }
}

/** The answer as a whole, with what it rests on and what it cost. */
export function toLastEvent(outcome: TurnOutcome): Record<string, unknown> {
  const { usage, runId, status, finishReason, warnings } = outcome;
  const texts = outcome.output.flatMap((item) =>
    item.type === 'message'
      ? [
          item.content
            .map((part) => (part.type === 'text' || part.type === 'refusal' ? part.text : ''))
            .join(''),
        ]
      : [],
  );
  return {
    type: 'completed',
    run_id: runId,
    status,
    finish_reason: finishReason,
    text: joinAnswer(texts.filter((text) => text !== '')),
    citations: outcome.annotations.map(toCitation),
    usage: {
      input_tokens: usage.inputTokens,
      cached_tokens: usage.cachedTokens,
      output_tokens: usage.outputTokens,
      reasoning_tokens: usage.reasoningTokens,
      cost_usd: usdNumber(usage.costNanoUsd),
    },
    warnings,
  };
}

function toCitation(annotation: Annotation) {
  return {
    number: annotation.number ?? null,
    document_id: annotation.documentId,
    document: annotation.documentName,
    url: annotation.url,
    quote: annotation.quote,
    document_start: annotation.documentStart,
    document_end: annotation.documentEnd,
  };
}
