import type { ReactNode, Ref } from 'react';
import { cx } from './cx.ts';

interface ScrollBoxProps {
  /** What is in it, for screen readers. */
  readonly label: string;
  readonly className?: string;
  readonly ref?: Ref<HTMLElement>;
  readonly children: ReactNode;
}

/**
 * What scrolls by itself: it has a name and can be reached by keyboard. What is placed in it stays in it: words for screen
 * readers alone would else make the page as wide as what is in the box.
 */
export function ScrollBox({ label, className, ref, children }: ScrollBoxProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it nobody could scroll by keyboard
    <section ref={ref} aria-label={label} tabIndex={0} className={cx('relative', className)}>
      {children}
    </section>
  );
}
