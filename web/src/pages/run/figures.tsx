import { formatNumber, formatUsd } from '../../ui/format.ts';
import type { Run } from './use-run.ts';

/** How far a run is and what it has cost so far. */
export function Figures({ run, progress }: { readonly run: Run; readonly progress: number }) {
  const { usage, max_cost_usd: max } = run;
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2 rounded-xl border bg-panel px-4 py-3">
      <div className="flex min-w-48 flex-1 items-center gap-3">
        <progress
          aria-label="Progress"
          max={100}
          value={progress}
          className="h-2 w-full appearance-none overflow-hidden rounded-full bg-hover [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-hover [&::-webkit-progress-value]:bg-accent [&::-webkit-progress-value]:transition-all"
        />
        <span className="w-11 shrink-0 text-right tabular">{progress}%</span>
      </div>
      <dl className="flex flex-wrap gap-x-6 gap-y-1 tabular">
        <Figure label="Cost">
          {formatUsd(usage.cost_usd)}
          {max !== null && <span className="text-muted"> of {formatUsd(max)}</span>}
        </Figure>
        <Figure label="Tokens">
          {formatNumber(usage.input_tokens)} → {formatNumber(usage.output_tokens)}
        </Figure>
      </dl>
    </div>
  );
}

function Figure({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <div className="flex gap-1.5">
      <dt className="text-muted">{label}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  );
}
