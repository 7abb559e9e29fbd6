import { sql } from 'kysely';
import type { Database } from '../db/index.ts';

/** Of which jobs: those that were started in the period (milliseconds, `to` excluded), of one crew or of all. */
export interface StatisticsFilter {
  readonly from: number;
  readonly to: number;
  readonly crewId?: string | undefined;
}

/** What the jobs of a crew came to. */
export interface CrewOutcomes {
  readonly crewId: string;
  /** As it is now; empty when the crew is gone. */
  readonly crewName: string;
  readonly executions: number;
  readonly completed: number;
  readonly failed: number;
  readonly stopped: number;
  /** Of those that have ended, from their start to their end; undefined when none has. */
  readonly averageDurationMs: number | undefined;
}

/** What the jobs of a crew used. */
export interface CrewUsage {
  readonly crewId: string;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly costNanoUsd: bigint;
}

export interface ExecutionStatistics {
  /** The busiest crews first, at most MAX_CREWS. */
  outcomes(accountId: string, filter: StatisticsFilter): Promise<CrewOutcomes[]>;
  usage(accountId: string, filter: StatisticsFilter): Promise<CrewUsage[]>;
}

const MAX_CREWS = 366;

export function createExecutionStatistics(db: Database): ExecutionStatistics {
  const matching = (accountId: string, { from, to, crewId }: StatisticsFilter) =>
    db.build
      .selectFrom('executions')
      .where('executions.account_id', '=', accountId)
      .where('executions.created_at', '>=', from)
      .where('executions.created_at', '<', to)
      .$if(crewId !== undefined, (query) => query.where('executions.crew_id', '=', crewId ?? ''))
      .groupBy('executions.crew_id')
      .limit(MAX_CREWS);

  return {
    async outcomes(accountId, filter) {
      const ended = (status: string) => sql<number>`sum(case when jobs.status = ${status} then 1 else 0 end)`;
      const rows = await db.scan(
        matching(accountId, filter)
          .innerJoin('jobs', 'jobs.id', 'executions.job_id')
          .leftJoin('crews', 'crews.id', 'executions.crew_id')
          .select([
            'executions.crew_id',
            sql<string | null>`max(case when crews.deleted_at is null then crews.name end)`.as('name'),
            sql<number>`count(*)`.as('executions'),
            ended('completed').as('completed'),
            ended('failed').as('failed'),
            ended('stopped').as('stopped'),
            sql<number | null>`avg(jobs.finished_at - jobs.started_at)`.as('average_ms'),
          ])
          .orderBy('executions', 'desc')
          .orderBy('executions.crew_id'),
      );
      return rows.map((row) => ({
        crewId: row.crew_id,
        crewName: row.name ?? '',
        executions: Number(row.executions),
        completed: Number(row.completed),
        failed: Number(row.failed),
        stopped: Number(row.stopped),
        averageDurationMs: row.average_ms === null ? undefined : Math.round(Number(row.average_ms)),
      }));
    },

    async usage(accountId, filter) {
      // A job's own sums: its runs' rows of the usage log have no index that leads from jobs to them.
      const rows = await db.scan(
        matching(accountId, filter)
          .select([
            'executions.crew_id',
            sql<number>`sum(executions.input_tokens)`.as('input_tokens'),
            sql<number>`sum(executions.cached_tokens)`.as('cached_tokens'),
            sql<number>`sum(executions.output_tokens)`.as('output_tokens'),
            sql<number>`sum(executions.reasoning_tokens)`.as('reasoning_tokens'),
            sql<bigint>`sum(executions.cost_nano_usd)`.as('used_nano_usd'),
          ])
          .orderBy('used_nano_usd', 'desc')
          .orderBy('executions.crew_id'),
      );
      return rows.map((row) => ({
        crewId: row.crew_id,
        inputTokens: Number(row.input_tokens),
        cachedTokens: Number(row.cached_tokens),
        outputTokens: Number(row.output_tokens),
        reasoningTokens: Number(row.reasoning_tokens),
        costNanoUsd: BigInt(row.used_nano_usd),
      }));
    },
  };
}
