import { sql } from 'kysely';
import type { Database } from '../db/index.ts';

/** What the runs of an agent came to. */
export interface AgentOutcomes {
  readonly agentId: string;
  readonly runs: number;
  readonly completed: number;
  readonly averageDurationMs: number;
}

export interface RunStatistics {
  /** Of the runs that were started in the period (milliseconds, `to` excluded); the busiest agents first. */
  outcomes(
    accountId: string,
    period: { readonly from: number; readonly to: number },
  ): Promise<AgentOutcomes[]>;
}

const MAX_AGENTS = 366;

export function createRunStatistics(db: Database): RunStatistics {
  return {
    async outcomes(accountId, { from, to }) {
      const rows = await db.scan(
        db.build
          .selectFrom('runs')
          .where('account_id', '=', accountId)
          .where('started_at', '>=', from)
          .where('started_at', '<', to)
          .select([
            'agent_id',
            sql<number>`count(*)`.as('runs'),
            sql<number>`sum(case when status = 'completed' then 1 else 0 end)`.as('completed'),
            sql<number>`avg(finished_at - started_at)`.as('average_ms'),
          ])
          .groupBy('agent_id')
          .orderBy('runs', 'desc')
          .orderBy('agent_id')
          .limit(MAX_AGENTS),
      );
      return rows.map((row) => ({
        agentId: row.agent_id,
        runs: Number(row.runs),
        completed: Number(row.completed),
        averageDurationMs: Math.round(Number(row.average_ms)),
      }));
    },
  };
}
