import type { Database, UsageTable } from '../db/index.ts';

/** Which rows of the usage log are wanted; times are milliseconds, `to` is exclusive. */
export interface UsageFilter {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly agentId?: string | undefined;
  readonly keyId?: string | undefined;
  readonly model?: string | undefined;
  readonly source?: 'key' | 'user' | undefined;
}

/** One run's line of the bill. */
export interface UsageRow {
  readonly runId: string;
  readonly source: string;
  readonly keyId: string | null;
  readonly userId: string | null;
  readonly agentId: string;
  readonly agentVersion: number;
  readonly model: string;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly estimated: boolean;
  readonly toolCostNanoUsd: bigint;
  readonly costNanoUsd: bigint;
  readonly createdAt: number;
}

export function matchingUsage(db: Database, accountId: string, filter: UsageFilter) {
  let query = db.build.selectFrom('usage').where('account_id', '=', accountId);
  if (filter.from !== undefined) query = query.where('created_at', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('created_at', '<', filter.to);
  if (filter.agentId !== undefined) query = query.where('agent_id', '=', filter.agentId);
  if (filter.keyId !== undefined) query = query.where('key_id', '=', filter.keyId);
  if (filter.model !== undefined) query = query.where('model', '=', filter.model);
  if (filter.source !== undefined) query = query.where('source', '=', filter.source);
  return query;
}

export function toUsageRow(row: UsageTable): UsageRow {
  return {
    runId: row.run_id,
    source: row.source,
    keyId: row.key_id,
    userId: row.user_id,
    agentId: row.agent_id,
    agentVersion: row.agent_version,
    model: row.model,
    inputTokens: row.input_tokens,
    cachedTokens: row.cached_tokens,
    outputTokens: row.output_tokens,
    reasoningTokens: row.reasoning_tokens,
    estimated: row.estimated === 1,
    toolCostNanoUsd: row.tool_cost_nano_usd,
    costNanoUsd: row.cost_nano_usd,
    createdAt: row.created_at,
  };
}
