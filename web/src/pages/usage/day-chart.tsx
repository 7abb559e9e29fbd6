import { useState } from 'react';
import { formatNumber, formatUsdShort } from '../../ui/format.ts';

export interface Day {
  /** `2026-11-21`, UTC. */
  readonly day: string;
  readonly cost: number;
  readonly runs: number;
}

/** What the bars show: where nothing costs anything, how often agents were called. */
export type Measure = 'cost' | 'runs';

const HEIGHT = 160;
const WIDTH = 720;
const DAY = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' });
const nameOf = (day: string) => DAY.format(new Date(`${day}T00:00:00Z`));

interface DayChartProps {
  readonly days: readonly Day[];
  readonly measure: Measure;
}

/** Spend or calls a day as bars. The same figures stand in a table below it, for whoever reads rather than looks. */
export function DayChart({ days, measure }: DayChartProps) {
  const [pointed, setPointed] = useState<Day>();
  const most = Math.max(...days.map((each) => each[measure]), 0);
  const step = WIDTH / Math.max(1, days.length);
  const last = days.at(-1);
  const shown = pointed ?? last;
  return (
    <div>
      <p aria-hidden="true" className="mb-2 text-sm text-muted tabular">
        {shown &&
          `${nameOf(shown.day)}: ${formatUsdShort(shown.cost)}, ${formatNumber(shown.runs)} ${shown.runs === 1 ? 'call' : 'calls'}`}
      </p>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        className="h-40 w-full border-b border-line"
        onMouseLeave={() => setPointed(undefined)}
      >
        {days.map((each, index) => {
          const value = each[measure];
          const height = most === 0 ? 0 : Math.max(value > 0 ? 2 : 0, (value / most) * (HEIGHT - 4));
          return (
            // biome-ignore lint/a11y/noStaticElementInteractions: the table below says the same without pointing
            <g key={each.day} onMouseEnter={() => setPointed(each)}>
              <rect x={index * step} y={0} width={step} height={HEIGHT} fill="transparent" />
              <rect
                x={index * step + step * 0.12}
                y={HEIGHT - height}
                width={step * 0.76}
                height={height}
                className={each === pointed ? 'fill-accent-strong' : 'fill-accent'}
              />
            </g>
          );
        })}
      </svg>
      <div aria-hidden="true" className="mt-1 flex justify-between text-xs text-muted">
        <span>{days[0] && nameOf(days[0].day)}</span>
        <span>{last && last !== days[0] && nameOf(last.day)}</span>
      </div>
      <details className="mt-3 text-sm">
        <summary className="text-muted">The same as a table</summary>
        <table className="mt-2 w-full max-w-md">
          <caption className="sr-only">Calls and spend by day (UTC)</caption>
          <thead>
            <tr className="text-left text-muted">
              <th scope="col" className="font-medium">
                Day
              </th>
              <th scope="col" className="text-right font-medium">
                Calls
              </th>
              <th scope="col" className="text-right font-medium">
                Spend
              </th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, cost, runs }) => (
              <tr key={day} className="tabular">
                <td>{day}</td>
                <td className="text-right">{formatNumber(runs)}</td>
                <td className="text-right">{formatUsdShort(cost)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );
}
