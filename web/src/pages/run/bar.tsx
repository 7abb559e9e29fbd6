import { cx } from '../../ui/cx.ts';

/** From when to when the timeline goes. */
export interface Scale {
  readonly from: number;
  readonly to: number;
}

interface BarProps {
  readonly scale: Scale;
  /** Undefined: it has not begun. */
  readonly from: number | undefined;
  /** Undefined: it goes on. */
  readonly to: number | undefined;
  readonly colour: string;
  readonly className?: string;
}

/** Narrow ones can still be seen. */
const LEAST_PERCENT = 0.7;

/** When something happened, as a piece of the whole time. Its figures stand beside it. */
export function Bar({ scale, from, to, colour, className = 'block' }: BarProps) {
  const whole = Math.max(1, scale.to - scale.from);
  const place = (at: number) => Math.min(100, Math.max(0, (100 * (at - scale.from)) / whole));
  const left = from === undefined ? 0 : Math.min(100 - LEAST_PERCENT, place(from));
  const width = Math.max(LEAST_PERCENT, place(to ?? scale.to) - left);
  return (
    <span aria-hidden="true" className={cx('relative h-2 rounded-full bg-hover', className)}>
      {from !== undefined && (
        <span
          className={cx('absolute inset-y-0 rounded-full', colour)}
          style={{ left: `${left}%`, width: `${width}%` }}
        />
      )}
    </span>
  );
}
