import { type Static, Type } from 'typebox';
import {
  type NamedUsageRow,
  type UsageFilter,
  type UsageGroup,
  type UsageTotals,
  usdNumber,
} from '../../../billing/index.ts';
import { isoTime } from '../../../lib/clock.ts';
import { Closed, Id, Nullable, PageQuery, PageReply, Time, Usd } from '../schemas.ts';
import { readFrom, readTo } from '../times.ts';

const filters = {
  from: Type.Optional(Type.String({ maxLength: 40, description: 'A day or a time; included.' })),
  to: Type.Optional(Type.String({ maxLength: 40, description: 'A day (to its end) or a time (excluded).' })),
  agent_id: Type.Optional(Id),
  key_id: Type.Optional(Id),
  model: Type.Optional(Type.String({ maxLength: 200 })),
  source: Type.Optional(Type.Enum(['key', 'user'])),
};

export const UsageFilterQuery = Closed(filters);
export const UsageListQuery = Closed({ ...filters, ...PageQuery });

const callee = {
  agent_name: Nullable(
    Type.String({ description: 'What the agent or crew is called now, or was when it was deleted.' }),
  ),
  agent_deleted: Type.Boolean(),
};
const payer = {
  key_name: Nullable(
    Type.String({
      description: 'What the key is called now, or was when it was revoked; null where none paid.',
    }),
  ),
  key_revoked: Type.Boolean(),
};

export const UsageEntry = Type.Object({
  run_id: Type.String(),
  time: Time,
  source: Type.String({ description: 'Who paid: key or user.' }),
  key_id: Nullable(Type.String()),
  ...payer,
  user_id: Nullable(Type.String()),
  agent_id: Type.String({
    description: 'An agent; a crew for its manager’s work, and where it was called as a model.',
  }),
  ...callee,
  agent_version: Type.Integer(),
  model: Type.String(),
  input_tokens: Type.Integer(),
  cached_tokens: Type.Integer({ description: 'Of the input tokens.' }),
  output_tokens: Type.Integer(),
  reasoning_tokens: Type.Integer({ description: 'Of the output tokens.' }),
  estimated: Type.Boolean({
    description: 'Some figures were counted from the text; the provider gave none.',
  }),
  tool_cost_usd: Usd,
  cost_usd: Type.Number({
    description: 'Model and tools together, in US dollars; exact to the nano-dollar.',
  }),
});

export const UsageList = Type.Object({ usage: Type.Array(UsageEntry), ...PageReply });

const totals = {
  runs: Type.Integer(),
  input_tokens: Type.Integer(),
  cached_tokens: Type.Integer(),
  output_tokens: Type.Integer(),
  reasoning_tokens: Type.Integer(),
  tool_cost_usd: Usd,
  cost_usd: Usd,
};

export const UsageSummary = Type.Object({
  totals: Type.Object(totals),
  by_day: Type.Array(Type.Object({ day: Type.String(), ...totals })),
  by_agent: Type.Array(Type.Object({ agent_id: Type.String(), ...callee, ...totals })),
  by_key: Type.Array(
    Type.Object({
      key_id: Nullable(Type.String({ description: 'null: signed-in people.' })),
      ...payer,
      ...totals,
    }),
  ),
  by_model: Type.Array(Type.Object({ model: Type.String(), ...totals })),
  by_source: Type.Array(Type.Object({ source: Type.String(), ...totals })),
});

export function toUsageFilter(query: Static<typeof UsageFilterQuery>): UsageFilter {
  return {
    from: readFrom('from', query.from),
    to: readTo('to', query.to),
    agentId: query.agent_id,
    keyId: query.key_id,
    model: query.model,
    source: query.source,
  };
}

export function toUsageEntry(row: NamedUsageRow): Static<typeof UsageEntry> {
  return {
    run_id: row.runId,
    time: isoTime(row.createdAt),
    source: row.source,
    key_id: row.keyId,
    key_name: row.key.name,
    key_revoked: row.key.isGone,
    user_id: row.userId,
    agent_id: row.agentId,
    agent_name: row.agent.name,
    agent_deleted: row.agent.isGone,
    agent_version: row.agentVersion,
    model: row.model,
    input_tokens: row.inputTokens,
    cached_tokens: row.cachedTokens,
    output_tokens: row.outputTokens,
    reasoning_tokens: row.reasoningTokens,
    estimated: row.estimated,
    tool_cost_usd: usdNumber(row.toolCostNanoUsd),
    cost_usd: usdNumber(row.costNanoUsd),
  };
}

export function toTotals(sums: UsageTotals | UsageGroup) {
  return {
    runs: sums.runs,
    input_tokens: sums.inputTokens,
    cached_tokens: sums.cachedTokens,
    output_tokens: sums.outputTokens,
    reasoning_tokens: sums.reasoningTokens,
    tool_cost_usd: usdNumber(sums.toolCostNanoUsd),
    cost_usd: usdNumber(sums.costNanoUsd),
  };
}
