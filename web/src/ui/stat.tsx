import type { ReactNode } from 'react';
import { cx } from './cx.ts';

const WIDE = 9;

interface StatProps {
  readonly label: string;
  readonly value: ReactNode;
  readonly note?: ReactNode;
}

/** A figure that is looked at before anything else. Stands in a `Stats`. */
export function Stat({ label, value, note }: StatProps) {
  return (
    <div className="rounded-xl border bg-panel px-4 py-3">
      <dt className="text-sm text-muted">{label}</dt>
      <dd
        className={cx(
          'font-semibold tabular',
          // Two stand side by side on a phone.
          typeof value === 'string' && value.length > WIDE ? 'text-base sm:text-xl' : 'text-xl',
        )}
      >
        {value}
      </dd>
      {note !== undefined && <dd className="text-sm text-muted">{note}</dd>}
    </div>
  );
}

export function Stats({ children }: { readonly children: ReactNode }) {
  return <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">{children}</dl>;
}
