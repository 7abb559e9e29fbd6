import { usdNumber } from '../../../billing/index.ts';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { AnalyticsQuery, toPeriod, UsageAnalytics } from './schema.ts';

/** A year of days. */
const MAX_DAYS = 366;

export function getUsageAnalytics(
  app: App,
  { usageLog, statistics, clock }: Pick<PlatformApiDeps, 'usageLog' | 'statistics' | 'clock'>,
): void {
  app.route({
    method: 'GET',
    url: '/analytics/usage',
    config: { role: 'viewer' },
    schema: {
      summary: 'How much was used in a period',
      description: 'In all, by day (UTC) and by crew. With `crew_id` the crews are that one; the rest stays.',
      tags: ['Analytics'],
      querystring: AnalyticsQuery,
      response: { 200: UsageAnalytics },
    },
    handler: async (request) => {
      const { accountId } = requireUser(request);
      const { filter, told } = toPeriod(request.query, clock);
      const period = { from: filter.from, to: filter.to };
      const [{ totals, days }, outcomes, used] = await Promise.all([
        usageLog.summary(accountId, period, MAX_DAYS),
        statistics.executions.outcomes(accountId, filter),
        statistics.executions.usage(accountId, filter),
      ]);
      const usage = new Map(used.map((crew) => [crew.crewId, crew]));
      return {
        ...told,
        executions: outcomes.reduce((sum, { executions }) => sum + executions, 0),
        runs: totals.runs,
        ...toTokens(totals),
        by_day: days.map((day) => ({ day: day.value ?? '', runs: day.runs, ...toTokens(day) })),
        by_crew: outcomes.map(({ crewId, crewName, executions }) => ({
          crew_id: crewId,
          crew_name: crewName,
          executions,
          ...toTokens(usage.get(crewId)),
        })),
      };
    },
  });
}

interface Tokens {
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly costNanoUsd: bigint;
}

function toTokens(used: Tokens | undefined) {
  return {
    input_tokens: used?.inputTokens ?? 0,
    cached_tokens: used?.cachedTokens ?? 0,
    output_tokens: used?.outputTokens ?? 0,
    reasoning_tokens: used?.reasoningTokens ?? 0,
    cost_usd: usdNumber(used?.costNanoUsd ?? 0n),
  };
}
