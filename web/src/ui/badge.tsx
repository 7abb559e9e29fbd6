import type { ReactNode } from 'react';
import { cx } from './cx.ts';

type Tone = 'neutral' | 'accent' | 'ok' | 'warn' | 'danger';

const TONES: Readonly<Record<Tone, string>> = {
  neutral: 'bg-hover text-muted',
  accent: 'bg-accent-soft text-accent-strong',
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  danger: 'bg-danger-soft text-danger',
};

export function Badge({
  tone = 'neutral',
  children,
}: {
  readonly tone?: Tone;
  readonly children: ReactNode;
}) {
  return (
    <span
      className={cx(
        'inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-xs font-medium',
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}

/** The words that agents, documents, jobs and keys have for how they are. */
const STATUS_TONES: Readonly<Record<string, Tone>> = {
  ready: 'ok',
  active: 'ok',
  completed: 'ok',
  delivered: 'ok',
  running: 'accent',
  indexing: 'accent',
  queued: 'neutral',
  waiting_for_input: 'warn',
  stopped: 'warn',
  incomplete: 'warn',
  failing: 'warn',
  suspended: 'danger',
  disabled: 'warn',
  failed: 'danger',
  error: 'danger',
  expired: 'danger',
};

export function StatusBadge({ status }: { readonly status: string }) {
  return <Badge tone={STATUS_TONES[status] ?? 'neutral'}>{status.replaceAll('_', ' ')}</Badge>;
}
