import { formatUsd } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import { Breakdown } from './breakdown.tsx';
import { DayChart } from './day-chart.tsx';
import { calleeNames, keyName } from './names.ts';
import { everyDay, readPeriod } from './periods.ts';
import type { Summary } from './use-usage.ts';

/** What was spent, by day and by what; where all of it was free, how often agents were called. */
export function Parts(props: {
  readonly summary: Summary;
  readonly search: Readonly<Record<string, string>>;
}) {
  const { summary, search } = props;
  const nameOf = calleeNames(summary.by_agent);
  const part = (id: string, name: string, { runs, cost_usd }: { runs: number; cost_usd: number }) => ({
    id,
    name,
    runs,
    cost: cost_usd,
  });
  const days = everyDay(
    readPeriod(search, Date.now()),
    summary.by_day.map(({ day, runs, cost_usd }) => ({ day, runs, cost: cost_usd })),
  );
  const isFree = summary.totals.cost_usd === 0;
  const measure = isFree ? 'runs' : 'cost';
  return (
    <>
      <Panel
        title={isFree ? 'Calls by day' : 'Spend by day'}
        lead={
          isFree
            ? 'Nothing was charged: “sandbox” and models with the price 0 are free. So calls are shown, not dollars.'
            : `${formatUsd(summary.totals.cost_usd)} in all.`
        }
      >
        <DayChart days={days} measure={measure} />
      </Panel>
      <div className="grid grid-cols-1 gap-5 md:grid-cols-3">
        <Breakdown
          title="By agent"
          measure={measure}
          parts={summary.by_agent.map((each) => part(each.agent_id, nameOf(each.agent_id), each))}
        />
        <Breakdown
          title="By key"
          measure={measure}
          parts={summary.by_key.map((each) =>
            part(each.key_id ?? 'people', keyName(each, 'Signed-in people'), each),
          )}
        />
        <Breakdown
          title="By model"
          measure={measure}
          parts={summary.by_model.map((each) => part(each.model, each.model, each))}
        />
      </div>
    </>
  );
}
