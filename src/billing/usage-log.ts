import { type SqlBool, sql } from 'kysely';
import { createNameReader, type Database } from '../db/index.ts';
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
   * All rows, newest first, a bounded number at a time; rows that come in meanwhile are not among them.
   */
  export(accountId: string, filter: UsageFilter): AsyncGenerator<NamedUsageRow[]>;
}

/** What an agent, crew or key is called now, or was when it went; null where nothing is known of it, or there is none. */
interface Named {
  readonly name: string | null;
  /** It was deleted or revoked. */
  readonly isGone: boolean;
}

/** With the agent, or the crew that was called, and the key that paid. */
export interface NamedUsageRow extends UsageRow {
  readonly agent: Named;
  readonly key: Named;
}

export interface NamedUsageGroup extends UsageGroup, Named {}

export interface NamedUsageSummary extends UsageSummary {
  readonly agents: readonly NamedUsageGroup[];
  readonly keys: readonly NamedUsageGroup[];
}

const EXPORT_ROWS = 1_000;

export function createUsageLog(db: Database): UsageLog {
  const readNames = createNameReader(db);
  const readLastNames = createNameReader(db, { goneToo: true });

  async function readNamed(
    accountId: string,
    ids: readonly (string | null)[],
  ): Promise<(id: string | null) => Named> {
    const [now, last] = await Promise.all([readNames(accountId, ids), readLastNames(accountId, ids)]);
    return (id) =>
      id === null ? { name: null, isGone: false } : { name: last.get(id) ?? null, isGone: !now.has(id) };
  }

  async function named(accountId: string, rows: readonly UsageRow[]): Promise<NamedUsageRow[]> {
    const find = await readNamed(
      accountId,
      rows.flatMap(({ agentId, keyId }) => [agentId, keyId]),
    );
    return rows.map((row) => ({ ...row, agent: find(row.agentId), key: find(row.keyId) }));
  }

  return {
    async list(accountId, filter, page) {
      const { rows, total } = await listUsage(db, accountId, filter, page);
      return { rows: await named(accountId, rows), total };
    },

    async summary(accountId, filter, limit) {
      const summary = await summarizeUsage(db, accountId, filter, limit);
      const { agents, keys } = summary;
      const find = await readNamed(
        accountId,
        [...agents, ...keys].map(({ value }) => value),
      );
      const withName = (group: UsageGroup) => ({ ...group, ...find(group.value) });
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
        if (rows.length > 0) yield named(accountId, rows);
        if (rows.length < EXPORT_ROWS) return;
        last = rows.at(-1);
      }
    },
  };
}
