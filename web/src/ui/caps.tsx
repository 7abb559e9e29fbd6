import type { Cap } from '../api/caps.ts';
import { cx } from './cx.ts';
import { formatNumber, formatUsdShort } from './format.ts';
import { Meter } from './meter.tsx';

interface CapsProps {
  readonly caps: readonly Cap[];
  /** How many requests it may make; null: as many as the account. */
  readonly requests?: { readonly minute: number | null; readonly hour: number | null };
  /** There is little room: lines may break. */
  readonly narrow?: boolean;
}

/** What is left of each cap of a key or an agent, and how many requests it may make. */
export function Caps({ caps, requests = { minute: null, hour: null }, narrow = false }: CapsProps) {
  const rates = Object.entries(requests).flatMap(([period, count]) =>
    count === null ? [] : [`${formatNumber(count)} a ${period}`],
  );
  if (caps.length === 0 && rates.length === 0) return <span className="text-muted">none</span>;
  return (
    <div className={cx('space-y-1.5 py-1.5', !narrow && 'min-w-36')}>
      {caps.map(({ period, limit, spent, left }) => (
        <div key={period}>
          <div className={cx('text-sm tabular', !narrow && 'whitespace-nowrap')}>
            {formatUsdShort(left)} left of {formatUsdShort(limit)} a {period}
          </div>
          <Meter part={limit === 0 ? 1 : spent / limit} warns />
        </div>
      ))}
      {rates.length > 0 && <div className="text-sm text-muted tabular">Requests: {rates.join(', ')}</div>}
    </div>
  );
}
