import { type SqlBool, sql } from 'kysely';
import { createNameReader, type Database, type ReadNames } from '../db/index.ts';
import { listUsage } from './list-usage.ts';
import { matchingUsage, toUsageRow, type UsageFilter, type UsageRow } from './usage-filter.ts';
import { summarizeUsage, type UsageGroup, type UsageSummary } from './usage-summary.ts';

export interface UsageLog {
  /** Newest first. */
  list(
    accountId: string,
    filter: UsageFilter,
    page: { page: number; limit: number },
  ): Promise<{ rows: NamedUsageRow[]; total: number }>;
  /** What it comes to, and by day, agent, key, model and source; at most `limit` groups of each, of days the latest. */
  summary(accountId: string, filter: UsageFilter, limit: number): Promise<NamedUsageSummary>;
  /**
   * All rows, newest first, a bounded number at a time; rows that come in meanwhile are not among them. A file is kept for
   * its books: there what is gone keeps its name.
   */
  export(accountId: string, filter: UsageFilter): AsyncGenerator<NamedUsageRow[]>;
}

/** Names as they are now, of an agent or of the crew that was called; null once it, or the key, is gone. */
export interface NamedUsageRow extends UsageRow {
  readonly agentName: string | null;
  readonly keyName: string | null;
}

/** As in a row of the log: null where there is none, or none any more. */
export interface NamedUsageGroup extends UsageGroup {
  readonly name: string | null;
}

export interface NamedUsageSummary extends UsageSummary {
  readonly agents: readonly NamedUsageGroup[];
  readonly keys: readonly NamedUsageGroup[];
}

const EXPORT_ROWS = 1_000;

export function createUsageLog(db: Database): UsageLog {
  const readNames = createNameReader(db);
  const readLastNames = createNameReader(db, { goneToo: true });

  async function named(
    accountId: string,
    rows: readonly UsageRow[],
    read: ReadNames,
  ): Promise<NamedUsageRow[]> {
    const ids = rows.flatMap(({ agentId, keyId }) => [agentId, keyId]);
    const names = await read(accountId, ids);
    return rows.map((row) => ({
      ...row,
      agentName: names.get(row.agentId) ?? null,
      keyName: names.get(row.keyId ?? '') ?? null,
    }));
  }

  return {
    async list(accountId, filter, page) {
      const { rows, total } = await listUsage(db, accountId, filter, page);
      return { rows: await named(accountId, rows, readNames), total };
    },

    async summary(accountId, filter, limit) {
      const summary = await summarizeUsage(db, accountId, filter, limit);
      const { agents, keys } = summary;
      const ids = [...agents, ...keys].map(({ value }) => value);
      const names = await readNames(accountId, ids);
      const withName = (group: UsageGroup) => ({ ...group, name: names.get(group.value ?? '') ?? null });
      return { ...summary, agents: agents.map(withName), keys: keys.map(withName) };
    },

    async *export(accountId, filter) {
      let last: UsageRow | undefined;
      for (;;) {
        // By the last row's place rather than by an offset: each page costs the same, and none shifts.
        const found = await db.scan(
          matchingUsage(db, accountId, filter)
            .selectAll()
            .$if(last !== undefined, (query) =>
              query.where(sql<SqlBool>`(created_at, run_id) < (${last?.createdAt}, ${last?.runId})`),
            )
            .orderBy('created_at', 'desc')
            .orderBy('run_id', 'desc')
            .limit(EXPORT_ROWS),
        );
        const rows = found.map(toUsageRow);
        if (rows.length > 0) yield named(accountId, rows, readLastNames);
        if (rows.length < EXPORT_ROWS) return;
        last = rows.at(-1);
      }
    },
  };
}
