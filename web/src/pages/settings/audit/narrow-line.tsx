import type { ReactNode } from 'react';
import { formatDateTime } from '../../../ui/format.ts';
import { describeAction } from './actions.ts';
import { detailLines } from './detail-lines.ts';

interface NarrowLineProps {
  readonly line: {
    readonly time: string;
    readonly action: string;
    readonly actor: { readonly ip: string | null };
    readonly details: Readonly<Record<string, unknown>>;
  };
  readonly who: ReactNode;
  /** What it was done to. */
  readonly on: ReactNode;
}

/** A line of the log where there is room for one column: what else there is to know of it opens below. */
export function NarrowLine({ line, who, on }: NarrowLineProps) {
  const { time, action, actor, details } = line;
  return (
    <div className="py-2">
      <div className="font-medium">{describeAction(action)}</div>
      <div className="text-sm text-muted">
        {formatDateTime(time)} · {who}
      </div>
      <details className="mt-1 text-sm">
        <summary className="w-fit py-1 text-muted hover:text-text">Details</summary>
        <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 wrap-anywhere">
          <dt className="text-muted">On</dt>
          <dd>{on}</dd>
          {actor.ip !== null && (
            <>
              <dt className="text-muted">From</dt>
              <dd>{actor.ip}</dd>
            </>
          )}
        </dl>
        <DetailList details={details} />
      </details>
    </div>
  );
}

export function DetailList({ details }: { readonly details: Readonly<Record<string, unknown>> }) {
  return (
    <ul className="py-1.5 text-sm wrap-anywhere">
      {detailLines(details).map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
