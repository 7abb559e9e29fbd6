import { Ban, Check, CircleDashed, Hand, LoaderCircle, type LucideIcon, X } from 'lucide-react';

interface StatusLook {
  readonly icon: LucideIcon;
  readonly text: string;
  readonly border: string;
  readonly bar: string;
  readonly spins?: boolean;
}

const QUIET: StatusLook = {
  icon: CircleDashed,
  text: 'text-muted',
  border: 'border-line-strong/60',
  bar: 'bg-line-strong',
};

const LOOKS: Readonly<Record<string, StatusLook>> = {
  running: {
    icon: LoaderCircle,
    text: 'text-accent',
    border: 'border-accent ring-4 ring-accent/20',
    bar: 'bg-accent',
    spins: true,
  },
  waiting_for_input: {
    icon: Hand,
    text: 'text-warn',
    border: 'border-warn ring-4 ring-warn/20',
    bar: 'bg-warn',
  },
  completed: { icon: Check, text: 'text-ok', border: 'border-ok', bar: 'bg-ok' },
  failed: { icon: X, text: 'text-danger', border: 'border-danger', bar: 'bg-danger' },
  stopped: { icon: Ban, text: 'text-warn', border: 'border-warn', bar: 'bg-warn' },
};

/** How a task's state is shown; never by its colour alone. */
export function statusLook(status: string): StatusLook {
  return LOOKS[status] ?? QUIET;
}
