import { type SqlBool, sql } from 'kysely';
import type { Database } from '../db/index.ts';
import { matchingUsage, toUsageRow, type UsageFilter, type UsageRow } from './usage-filter.ts';
import { usageSums } from './usage-sums.ts';

export interface UsageTotals {
  readonly runs: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly toolCostNanoUsd: bigint;
  readonly costNanoUsd: bigint;
}

/** What usage can be broken down by. Days are UTC. */
type UsageDimension = 'day' | 'agent' | 'key' | 'model' | 'source';

/** `value` is a day (`2026-11-21`), an id or a model's name; null for runs that no key paid for. */
export interface UsageGroup extends UsageTotals {
  readonly value: string | null;
}

export interface UsageLog {
  /** Newest first. */
  list(
    accountId: string,
    filter: UsageFilter,
    page: { page: number; limit: number },
  ): Promise<{ rows: UsageRow[]; total: number }>;
  totals(accountId: string, filter: UsageFilter): Promise<UsageTotals>;
  /** Days in order, newest last; of the others the costliest first. At most `limit` groups, of days the latest. */
  breakdown(
    accountId: string,
    filter: UsageFilter,
    dimension: UsageDimension,
    limit: number,
  ): Promise<UsageGroup[]>;
  /** All rows, newest first, a bounded number at a time; rows that come in meanwhile are not among them. */
  export(accountId: string, filter: UsageFilter): AsyncGenerator<UsageRow[]>;
}

const DAY_MS = 86_400_000;
const EXPORT_ROWS = 1_000;

const DIMENSIONS = {
  day: sql<number | string | null>`day`,
  agent: sql<number | string | null>`agent_id`,
  key: sql<number | string | null>`nullif(key_id, '')`,
  model: sql<number | string | null>`model`,
  source: sql<number | string | null>`source`,
};

const SUMS = [
  sql<number>`coalesce(sum(runs), 0)`.as('runs'),
  sql<number>`coalesce(sum(input_tokens), 0)`.as('input_tokens'),
  sql<number>`coalesce(sum(cached_tokens), 0)`.as('cached_tokens'),
  sql<number>`coalesce(sum(output_tokens), 0)`.as('output_tokens'),
  sql<number>`coalesce(sum(reasoning_tokens), 0)`.as('reasoning_tokens'),
  sql<bigint>`coalesce(sum(tool_cost_nano_usd), 0)`.as('tool_cost_nano_usd'),
  sql<bigint>`coalesce(sum(cost_nano_usd), 0)`.as('cost_nano_usd'),
] as const;

export function createUsageLog(db: Database): UsageLog {
  return {
    async totals(accountId, filter) {
      const sums = usageSums(db, accountId, filter, 'month');
      const [row] = await db.scan(db.build.selectFrom(sums).select(SUMS));
      return toTotals(row);
    },

    async list(accountId, filter, { page, limit }) {
      const query = matchingUsage(db, accountId, filter);
      const [rows, counted] = await Promise.all([
        db.scan(
          query
            .selectAll()
            .orderBy('created_at', 'desc')
            .orderBy('run_id', 'desc')
            .limit(limit)
            .offset((page - 1) * limit),
        ),
        db.scan(query.select((eb) => eb.fn.countAll<number>().as('total'))),
      ]);
      return { total: Number(counted[0]?.total ?? 0), rows: rows.map(toUsageRow) };
    },

    async breakdown(accountId, filter, dimension, limit) {
      const value = DIMENSIONS[dimension];
      const sums = usageSums(db, accountId, filter, dimension === 'day' ? 'day' : 'month');
      const query = db.build
        .selectFrom(sums)
        .select([...SUMS, value.as('value')])
        .groupBy(value)
        .orderBy(dimension === 'day' ? value : sql`sum(cost_nano_usd)`, 'desc')
        // The two databases put null at different ends.
        .orderBy(sql`coalesce(cast(${value} as text), '')`)
        .limit(limit);
      const groups = (await db.scan(query)).map((row) => ({
        ...toTotals(row),
        value: typeof row.value === 'number' ? dayText(row.value) : row.value,
      }));
      return dimension === 'day' ? groups.reverse() : groups;
    },

    async *export(accountId, filter) {
      let last: UsageRow | undefined;
      for (;;) {
        // By the last row's place rather than by an offset: each page costs the same, and none shifts.
        const rows = await db.scan(
          matchingUsage(db, accountId, filter)
            .selectAll()
            .$if(last !== undefined, (query) =>
              query.where(sql<SqlBool>`(created_at, run_id) < (${last?.createdAt}, ${last?.runId})`),
            )
            .orderBy('created_at', 'desc')
            .orderBy('run_id', 'desc')
            .limit(EXPORT_ROWS),
        );
        if (rows.length > 0) yield rows.map(toUsageRow);
        if (rows.length < EXPORT_ROWS) return;
        const end = rows.at(-1);
        last = end && toUsageRow(end);
      }
    },
  };
}

function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

interface SumRow {
  readonly runs: number;
  readonly input_tokens: number;
  readonly cached_tokens: number;
  readonly output_tokens: number;
  readonly reasoning_tokens: number;
  readonly tool_cost_nano_usd: bigint;
  readonly cost_nano_usd: bigint;
}

/** Sums over nothing have a row all the same; databases differ in the integer types of sums. */
function toTotals(row: SumRow | undefined): UsageTotals {
  return {
    runs: Number(row?.runs ?? 0),
    inputTokens: Number(row?.input_tokens ?? 0),
    cachedTokens: Number(row?.cached_tokens ?? 0),
    outputTokens: Number(row?.output_tokens ?? 0),
    reasoningTokens: Number(row?.reasoning_tokens ?? 0),
    toolCostNanoUsd: BigInt(row?.tool_cost_nano_usd ?? 0),
    costNanoUsd: BigInt(row?.cost_nano_usd ?? 0),
  };
}
