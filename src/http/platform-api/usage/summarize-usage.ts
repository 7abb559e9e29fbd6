import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { toTotals, toUsageFilter, UsageFilterQuery, UsageSummary } from './schema.ts';

/** A year of days, and more agents, keys and models than a page can show. */
const MAX_GROUPS = 366;

export function summarizeUsage(app: App, { usageLog }: Pick<PlatformApiDeps, 'usageLog'>): void {
  app.route({
    method: 'GET',
    url: '/usage/summary',
    config: { role: 'viewer' },
    schema: {
      summary: 'Totals of the usage log, and what they are made of',
      description: `By day (UTC), agent, key, model and source; of each at most ${MAX_GROUPS}. Agents, crews and keys bear the names that they have now, or had when they were deleted or revoked.`,
      tags: ['Usage'],
      querystring: UsageFilterQuery,
      response: { 200: UsageSummary },
    },
    handler: async (request) => {
      const { accountId } = requireUser(request);
      const filter = toUsageFilter(request.query);
      const { totals, days, agents, keys, models, sources } = await usageLog.summary(
        accountId,
        filter,
        MAX_GROUPS,
      );
      return {
        totals: toTotals(totals),
        by_day: days.map((group) => ({ day: group.value ?? '', ...toTotals(group) })),
        by_agent: agents.map((group) => ({
          agent_id: group.value ?? '',
          agent_name: group.name,
          agent_deleted: group.isGone,
          ...toTotals(group),
        })),
        by_key: keys.map((group) => ({
          key_id: group.value,
          key_name: group.name,
          key_revoked: group.isGone,
          ...toTotals(group),
        })),
        by_model: models.map((group) => ({ model: group.value ?? '', ...toTotals(group) })),
        by_source: sources.map((group) => ({ source: group.value ?? '', ...toTotals(group) })),
      };
    },
  });
}
