import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface EmptyProps {
  readonly icon: LucideIcon;
  readonly title: string;
  /** What to do next. */
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

/** Where there is nothing yet: it says what to do next. */
export function Empty({ icon: Icon, title, children, action }: EmptyProps) {
  return (
    <div className="flex flex-col items-center rounded-xl border border-dashed px-6 py-12 text-center">
      <Icon aria-hidden="true" className="mb-3 size-7 text-muted" />
      <h2 className="max-w-full text-base font-semibold">{title}</h2>
      <p className="mt-1 w-full max-w-md text-muted">{children}</p>
      {action !== undefined && <div className="mt-4 flex gap-2">{action}</div>}
    </div>
  );
}
