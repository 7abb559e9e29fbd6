import type { Database } from '../db/index.ts';

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

export interface UsageTotals {
  readonly runs: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly toolCostNanoUsd: bigint;
  readonly costNanoUsd: bigint;
}

export interface UsageLog {
  /** Newest first. */
  list(
    accountId: string,
    filter: UsageFilter,
    page: { page: number; limit: number },
  ): Promise<{ rows: UsageRow[]; total: number }>;
  totals(accountId: string, filter: UsageFilter): Promise<UsageTotals>;
}

export function createUsageLog(db: Database): UsageLog {
  const matching = (accountId: string, filter: UsageFilter) => {
    let query = db.build.selectFrom('usage').where('account_id', '=', accountId);
    if (filter.from !== undefined) query = query.where('created_at', '>=', filter.from);
    if (filter.to !== undefined) query = query.where('created_at', '<', filter.to);
    if (filter.agentId !== undefined) query = query.where('agent_id', '=', filter.agentId);
    if (filter.keyId !== undefined) query = query.where('key_id', '=', filter.keyId);
    if (filter.model !== undefined) query = query.where('model', '=', filter.model);
    if (filter.source !== undefined) query = query.where('source', '=', filter.source);
    return query;
  };

  async function totals(accountId: string, filter: UsageFilter): Promise<UsageTotals> {
    const [row] = await db.scan(
      matching(accountId, filter).select((eb) => [
        eb.fn.countAll<number>().as('runs'),
        eb.fn.coalesce(eb.fn.sum<number>('input_tokens'), eb.lit(0)).as('input_tokens'),
        eb.fn.coalesce(eb.fn.sum<number>('cached_tokens'), eb.lit(0)).as('cached_tokens'),
        eb.fn.coalesce(eb.fn.sum<number>('output_tokens'), eb.lit(0)).as('output_tokens'),
        eb.fn.coalesce(eb.fn.sum<number>('reasoning_tokens'), eb.lit(0)).as('reasoning_tokens'),
        eb.fn.coalesce(eb.fn.sum<bigint>('tool_cost_nano_usd'), eb.lit(0)).as('tool_cost_nano_usd'),
        eb.fn.coalesce(eb.fn.sum<bigint>('cost_nano_usd'), eb.lit(0)).as('cost_nano_usd'),
      ]),
    );
    return {
      runs: row?.runs ?? 0,
      inputTokens: row?.input_tokens ?? 0,
      cachedTokens: row?.cached_tokens ?? 0,
      outputTokens: row?.output_tokens ?? 0,
      reasoningTokens: row?.reasoning_tokens ?? 0,
      toolCostNanoUsd: BigInt(row?.tool_cost_nano_usd ?? 0),
      costNanoUsd: BigInt(row?.cost_nano_usd ?? 0),
    };
  }

  return {
    totals,
    async list(accountId, filter, { page, limit }) {
      const [rows, counted] = await Promise.all([
        db.scan(
          matching(accountId, filter)
            .selectAll()
            .orderBy('created_at', 'desc')
            .orderBy('run_id', 'desc')
            .limit(limit)
            .offset((page - 1) * limit),
        ),
        db.scan(matching(accountId, filter).select((eb) => eb.fn.countAll<number>().as('total'))),
      ]);
      return {
        total: counted[0]?.total ?? 0,
        rows: rows.map((row) => ({
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
        })),
      };
    },
  };
}
