import { type SqlBool, sql } from 'kysely';
import type { Database, UsageTable } from '../db/index.ts';
import { listUsage } from './list-usage.ts';
import { matchingUsage, toUsageRow, type UsageFilter, type UsageRow } from './usage-filter.ts';
import { summarizeUsage, type UsageSummary } from './usage-summary.ts';

export interface UsageLog {
  /** Newest first. */
  list(
    accountId: string,
    filter: UsageFilter,
    page: { page: number; limit: number },
  ): Promise<{ rows: UsageRow[]; total: number }>;
  /** What it comes to, and by day, agent, key, model and source; at most `limit` groups of each, of days the latest. */
  summary(accountId: string, filter: UsageFilter, limit: number): Promise<UsageSummary>;
  /** All rows, newest first, a bounded number at a time; rows that come in meanwhile are not among them. */
  export(accountId: string, filter: UsageFilter): AsyncGenerator<NamedUsageRow[]>;
}

/** Names as they are now; null once the agent or key is gone. */
export interface NamedUsageRow extends UsageRow {
  readonly agentName: string | null;
  readonly keyName: string | null;
}

const EXPORT_ROWS = 1_000;

export function createUsageLog(db: Database): UsageLog {
  return {
    list: (accountId, filter, page) => listUsage(db, accountId, filter, page),
    summary: (accountId, filter, limit) => summarizeUsage(db, accountId, filter, limit),

    async *export(accountId, filter) {
      let last: UsageRow | undefined;
      for (;;) {
        // By the last row's place rather than by an offset: each page costs the same, and none shifts.
        const rows = await db.scan(
          matchingUsage(db, accountId, filter)
            .selectAll()
            .select(({ selectFrom }) => [
              selectFrom('agents')
                .select('agents.name')
                .where('agents.account_id', '=', accountId)
                .whereRef('agents.id', '=', 'usage.agent_id')
                .as('agent_name'),
              selectFrom('agent_keys')
                .select('agent_keys.name')
                .where('agent_keys.account_id', '=', accountId)
                .whereRef('agent_keys.id', '=', 'usage.key_id')
                .as('key_name'),
            ])
            .$if(last !== undefined, (query) =>
              query.where(sql<SqlBool>`(created_at, run_id) < (${last?.createdAt}, ${last?.runId})`),
            )
            .orderBy('created_at', 'desc')
            .orderBy('run_id', 'desc')
            .limit(EXPORT_ROWS),
        );
        if (rows.length > 0) yield rows.map(toNamedRow);
        if (rows.length < EXPORT_ROWS) return;
        const end = rows.at(-1);
        last = end && toUsageRow(end);
      }
    },
  };
}

function toNamedRow(
  row: UsageTable & { readonly agent_name: string | null; readonly key_name: string | null },
): NamedUsageRow {
  return { ...toUsageRow(row), agentName: row.agent_name, keyName: row.key_name };
}
