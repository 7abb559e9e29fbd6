import { cx } from './cx.ts';

/** Where something is about to be. */
export function Skeleton({ className }: { readonly className?: string }) {
  return (
    <div aria-hidden="true" className={cx('animate-pulse rounded-md bg-hover', className ?? 'h-4 w-full')} />
  );
}

/** A page, list or panel that is being loaded; said once to screen readers. */
export function Loading({ lines = 4 }: { readonly lines?: number }) {
  return (
    <div role="status" className="space-y-3">
      <span className="sr-only">Loading…</span>
      {Array.from({ length: lines }, (_, line) => `line ${line}`).map((key) => (
        <Skeleton key={key} className="h-9 w-full" />
      ))}
    </div>
  );
}
