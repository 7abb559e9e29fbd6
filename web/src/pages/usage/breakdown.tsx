import { formatNumber, formatUsdShort } from '../../ui/format.ts';
import { Meter } from '../../ui/meter.tsx';
import { Panel } from '../../ui/page.tsx';
import type { Measure } from './day-chart.tsx';

interface Part {
  readonly id: string;
  readonly name: string;
  readonly runs: number;
  readonly cost: number;
}

const SHOWN = 8;

interface BreakdownProps {
  readonly title: string;
  readonly parts: readonly Part[];
  readonly measure: Measure;
}

/** What the spend, or the calls, are made of, the largest first. */
export function Breakdown({ title, parts, measure }: BreakdownProps) {
  const sorted = [...parts].sort((a, b) => b[measure] - a[measure] || b.runs - a.runs);
  const whole = sorted.reduce((sum, part) => sum + part[measure], 0);
  return (
    <Panel title={title}>
      {sorted.length === 0 && <p className="text-muted">Nothing in this period.</p>}
      <ul className="space-y-3">
        {sorted.slice(0, SHOWN).map(({ id, name, ...figures }) => (
          <li key={id}>
            <div className="mb-1 flex items-baseline justify-between gap-3">
              <span className="min-w-0 truncate" title={name}>
                {name}
              </span>
              <span className="shrink-0 text-sm text-muted tabular">
                {formatNumber(figures.runs)} {figures.runs === 1 ? 'call' : 'calls'} ·{' '}
                <span className="font-medium text-text">{formatUsdShort(figures.cost)}</span>
              </span>
            </div>
            <Meter part={whole === 0 ? 0 : figures[measure] / whole} />
          </li>
        ))}
      </ul>
      {sorted.length > SHOWN && (
        <p className="mt-3 text-sm text-muted">
          And {sorted.length - SHOWN} more; choose one above, or take the CSV.
        </p>
      )}
    </Panel>
  );
}
