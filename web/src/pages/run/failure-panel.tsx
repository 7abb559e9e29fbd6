import { CircleAlert, RotateCcw } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import type { TaskView } from './task-view.ts';
import type { Run } from './use-run.ts';

/** What helps, by the code of what went wrong. */
const HELP: readonly (readonly [code: RegExp, advice: string])[] = [
  [/^insufficient_credit$/, 'Add credit on the Usage page, then run it again from the task that failed.'],
  [
    /^max_cost_reached$/,
    'Run it again from the task that failed with a higher cost limit; what is kept costs nothing.',
  ],
  [/^time_limit_reached$/, 'Raise the time limit of the task or the crew, or make the task smaller.'],
  [
    /^output_refused$/,
    'Look at what was refused in the timeline; make the task clearer, or its guardrail or schema milder.',
  ],
  [
    /^no_output$/,
    'Look at the last model call in the timeline; another model or a clearer task often helps.',
  ],
  [
    /^upstream_(rate_limited|unavailable|timeout|cut|garbage)$/,
    'The model’s provider had trouble. That often passes: run it again from the task that failed.',
  ],
  [/^upstream_auth$/, 'The provider did not take its key. Whoever runs this server has to renew it.'],
  [/^api_key_/, 'The key that started it has reached its cap.'],
  [
    /./,
    'The timeline shows what led to it. Change the crew if need be, and run it again from the task that failed.',
  ],
];

interface FailurePanelProps {
  readonly run: Run;
  readonly failed: TaskView | undefined;
  readonly onRerun?: () => void;
}

/** Why a run failed, and what to do about it. */
export function FailurePanel({ run, failed, onRerun }: FailurePanelProps) {
  const { error } = run;
  if (!error) return null;
  const advice = HELP.find(([code]) => code.test(error.details.code))?.[1];
  return (
    <section
      aria-label="Why it failed"
      className="flex flex-wrap gap-3 rounded-xl border border-danger/40 bg-danger-soft p-4"
    >
      <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-danger" />
      <div className="min-w-0 flex-1 basis-64">
        <h2 className="font-semibold">{failed ? `“${failed.task.name}” failed` : 'The run failed'}</h2>
        <p className="break-words">{error.message}</p>
        <p className="mt-1 text-muted">{advice}</p>
      </div>
      {onRerun && (
        <Button onClick={onRerun}>
          <RotateCcw aria-hidden="true" className="size-4" /> Rerun from the failed task
        </Button>
      )}
    </section>
  );
}
