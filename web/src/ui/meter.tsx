import { cx } from './cx.ts';

interface MeterProps {
  /** From 0 to 1. */
  readonly part: number;
  /** Filling up is a warning. */
  readonly warns?: boolean;
}

const NEARLY = 0.8;

/** How much of something is used, for the eye; stands below words that say the same. */
export function Meter({ part, warns = false }: MeterProps) {
  const percent = Math.round(Math.min(1, Math.max(0, part)) * 100);
  const tone = !warns || part < NEARLY ? 'bg-accent' : part < 1 ? 'bg-warn' : 'bg-danger';
  return (
    <div aria-hidden="true" className="h-1.5 w-full overflow-hidden rounded-full bg-hover">
      <div className={cx('h-full rounded-full', tone)} style={{ width: `${percent}%` }} />
    </div>
  );
}
