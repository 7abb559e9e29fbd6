import type { CrewOutcomes } from '../../../crews/index.ts';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { AnalyticsQuery, PerformanceAnalytics, toPeriod } from './schema.ts';

export function getPerformanceAnalytics(
  app: App,
  { statistics, clock }: Pick<PlatformApiDeps, 'statistics' | 'clock'>,
): void {
  app.route({
    method: 'GET',
    url: '/analytics/performance',
    config: { role: 'viewer' },
    schema: {
      summary: 'How well and how fast things went in a period',
      description:
        'Jobs of crews in all and by crew, and the answers of agents that are called by themselves.',
      tags: ['Analytics'],
      querystring: AnalyticsQuery,
      response: { 200: PerformanceAnalytics },
    },
    handler: async (request) => {
      const { accountId } = requireUser(request);
      const { filter, told } = toPeriod(request.query, clock);
      const [crews, agents] = await Promise.all([
        statistics.executions.outcomes(accountId, filter),
        statistics.runs.outcomes(accountId, filter),
      ]);
      return {
        ...told,
        ...toOutcomes(crews),
        by_crew: crews.map((crew) => ({
          crew_id: crew.crewId,
          crew_name: crew.crewName,
          ...toOutcomes([crew]),
        })),
        by_agent: agents.map(({ agentId, runs, completed, averageDurationMs }) => ({
          agent_id: agentId,
          runs,
          completed,
          success_rate: completed / runs,
          average_duration_ms: averageDurationMs,
        })),
      };
    },
  });
}

/** Of several crews together; the average is that of all their jobs that have ended. */
function toOutcomes(crews: readonly CrewOutcomes[]) {
  const sum = (of: (crew: CrewOutcomes) => number): number =>
    crews.reduce((total, crew) => total + of(crew), 0);
  const ended = ({ completed, failed, stopped }: CrewOutcomes): number => completed + failed + stopped;
  const all = sum(ended);
  const completed = sum((crew) => crew.completed);
  const durationMs = sum((crew) => (crew.averageDurationMs ?? 0) * ended(crew));
  return {
    executions: sum((crew) => crew.executions),
    completed,
    failed: sum((crew) => crew.failed),
    stopped: sum((crew) => crew.stopped),
    success_rate: all === 0 ? null : completed / all,
    average_duration_ms: all === 0 ? null : Math.round(durationMs / all),
  };
}
