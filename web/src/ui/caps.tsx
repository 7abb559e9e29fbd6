import type { Cap } from '../api/use-key-spend.ts';
import { formatUsdShort } from './format.ts';
import { Meter } from './meter.tsx';

/** What is left of each cap of a key. */
export function Caps({ caps }: { readonly caps: readonly Cap[] }) {
  if (caps.length === 0) return <span className="text-muted">none</span>;
  return (
    <div className="min-w-36 space-y-1.5 py-1.5">
      {caps.map(({ period, limit, spent, left }) => (
        <div key={period}>
          <div className="text-sm whitespace-nowrap tabular">
            {formatUsdShort(left)} left of {formatUsdShort(limit)} a {period}
          </div>
          <Meter part={limit === 0 ? 1 : spent / limit} warns />
        </div>
      ))}
    </div>
  );
}
