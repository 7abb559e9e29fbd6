import { type Static, Type } from 'typebox';
import { usdNumber } from '../../../billing/index.ts';
import { isoTime } from '../../../lib/clock.ts';
import type { JournalRow, PastRun } from '../../../runs/index.ts';
import { Nullable, Time, Usd } from '../schemas.ts';

const Duration = Type.Integer({ description: 'Milliseconds.' });

const RunStep = Type.Union([
  Type.Object({
    type: Type.Literal('model'),
    at: Time,
    step: Type.Integer(),
    input_tokens: Type.Integer(),
    cached_tokens: Type.Integer(),
    output_tokens: Type.Integer(),
    reasoning_tokens: Type.Integer(),
    finish_reason: Type.String(),
    cost_usd: Usd,
    duration_ms: Duration,
  }),
  Type.Object({
    type: Type.Literal('tool'),
    at: Time,
    step: Type.Integer(),
    call_id: Type.String(),
    name: Type.String(),
    is_error: Type.Boolean(),
    cost_usd: Usd,
    duration_ms: Duration,
  }),
  Type.Object({
    type: Type.Literal('rejected', { description: 'An answer that did not have the form asked for.' }),
    at: Time,
    step: Type.Integer(),
    reason: Type.String(),
  }),
  Type.Object({
    type: Type.Literal('failed', { description: 'A model call without an answer.' }),
    at: Time,
    step: Type.Integer(),
    code: Type.String(),
    cost_usd: Usd,
    duration_ms: Duration,
  }),
]);

export const RunReply = Type.Object({
  id: Type.String(),
  agent_id: Type.String(),
  agent_version: Type.Integer(),
  model: Type.String(),
  conversation_id: Nullable(Type.String()),
  status: Type.String({ description: 'completed, incomplete or failed.' }),
  error: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
  started_at: Time,
  finished_at: Time,
  cost_usd: Usd,
  steps: Type.Array(RunStep),
});

export function toRun(run: PastRun): Static<typeof RunReply> {
  const { errorCode, errorMessage } = run;
  const total = run.journal.reduce(
    (sum, row) => sum + ('costNanoUsd' in row ? BigInt(row.costNanoUsd) : 0n),
    0n,
  );
  return {
    id: run.id,
    agent_id: run.agentId,
    agent_version: run.agentVersion,
    model: run.model,
    conversation_id: run.conversationId,
    status: run.status,
    error: errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' },
    started_at: isoTime(run.startedAt),
    finished_at: isoTime(run.finishedAt),
    cost_usd: usdNumber(total),
    steps: run.journal.flatMap(toStep),
  };
}

function toStep(row: JournalRow): Static<typeof RunStep>[] {
  const at = isoTime(row.at);
  switch (row.type) {
    case 'model.answered':
      return [
        {
          type: 'model',
          at,
          step: row.step,
          input_tokens: row.usage.inputTokens,
          cached_tokens: row.usage.cachedTokens,
          output_tokens: row.usage.outputTokens,
          reasoning_tokens: row.usage.reasoningTokens,
          finish_reason: row.finishReason,
          ...figures(row),
        },
      ];
    case 'tool.completed': {
      const { step, callId, name, isError } = row;
      return [{ type: 'tool', at, step, call_id: callId, name, is_error: isError, ...figures(row) }];
    }
    case 'answer.rejected':
      return [{ type: 'rejected', at, step: row.step, reason: row.reason }];
    case 'model.failed':
      return [{ type: 'failed', at, step: row.step, code: row.code, ...figures(row) }];
    // Their ends are told.
    case 'model.called':
    case 'tool.called':
      return [];
  }
}

function figures(row: { readonly costNanoUsd: string; readonly durationMs: number }) {
  return { cost_usd: usdNumber(BigInt(row.costNanoUsd)), duration_ms: Math.round(row.durationMs) };
}
