import { formatAgo, formatDateTime } from './format.ts';

/** A moment as people say it; pointed at, as it is. */
export function Time({ at }: { readonly at: string | null | undefined }) {
  if (!at) return <span className="text-muted">never</span>;
  return (
    <time dateTime={at} title={formatDateTime(at)} className="whitespace-nowrap">
      {formatAgo(at, Date.now())}
    </time>
  );
}
