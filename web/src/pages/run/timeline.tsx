import { ChevronRight } from 'lucide-react';
import { useEffect, useState } from 'react';
import { statusLook } from '../../canvas/status-look.ts';
import { cx } from '../../ui/cx.ts';
import { formatDuration, formatUsdShort } from '../../ui/format.ts';
import { Bar, type Scale } from './bar.tsx';
import type { TraceRow } from './run-log.ts';
import { StepLine } from './step-line.tsx';
import { isOpen, type TaskView } from './task-view.ts';
import type { Run } from './use-run.ts';

interface TimelineProps {
  readonly run: Run;
  readonly tasks: readonly TaskView[];
  /** What belongs to no task: what the crew remembered, for one. */
  readonly others: readonly TraceRow[];
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
}

/** With more tasks than that, those that have ended begin folded. */
const MANY = 6;

/** All tasks as bars over the same time, and in each what its agent did. */
export function Timeline({ run, tasks, others, selected, onSelect }: TimelineProps) {
  const clock = useClock(isOpen(run.status));
  const from = Date.parse(run.started_at ?? run.created_at);
  const last = Math.max(from, ...tasks.flatMap(({ steps }) => steps.at(-1)?.at ?? []));
  const to = run.finished_at === null ? Math.max(clock, last) : Date.parse(run.finished_at);
  const scale = { from, to };
  return (
    <section aria-label="Timeline" className="rounded-xl border bg-panel py-2">
      <div className="flex items-center justify-between px-3 pb-2">
        <h2 className="font-semibold">Timeline</h2>
        <span className="text-sm text-muted tabular">{formatDuration(to - from)}</span>
      </div>
      <ol className="divide-y border-t">
        {tasks.map((view) => (
          <TaskLine
            key={view.id}
            view={view}
            scale={scale}
            isSelected={view.id === selected}
            startsOpen={tasks.length <= MANY || view.status === 'failed'}
            onSelect={() => onSelect(view.id)}
          />
        ))}
      </ol>
      {others.length > 0 && (
        <section aria-label="Beside the tasks" className="border-t">
          <h3 className="px-3 pt-2 text-sm text-muted">Beside the tasks</h3>
          <ol>
            {others.map((step) => (
              <StepLine key={step.seq} step={step} scale={scale} owner={step.agent} />
            ))}
          </ol>
        </section>
      )}
    </section>
  );
}

interface TaskLineProps {
  readonly view: TaskView;
  readonly scale: Scale;
  readonly isSelected: boolean;
  readonly startsOpen: boolean;
  readonly onSelect: () => void;
}

function TaskLine({ view, scale, isSelected, startsOpen, onSelect }: TaskLineProps) {
  const [chosen, setChosen] = useState<boolean>();
  const { task, status, startedAt, endedAt, steps } = view;
  const look = statusLook(status);
  const Icon = look.icon;
  // A task that the manager gives out is done by the manager, whoever helps.
  const owner = steps[0]?.agent ?? task.agent;
  const hasBegun = startedAt !== undefined;
  const open = (chosen ?? (startsOpen || status === 'running')) && steps.length > 0;
  const figures = [
    task.usage.cost_usd > 0 && formatUsdShort(task.usage.cost_usd),
    hasBegun && formatDuration((endedAt ?? scale.to) - startedAt),
  ].filter((each) => each !== false);
  return (
    <li>
      <div className={cx('flex items-center', isSelected && 'bg-accent-soft')}>
        <button
          type="button"
          aria-expanded={open}
          aria-label={`Steps of ${task.name}`}
          disabled={steps.length === 0}
          onClick={() => setChosen(!open)}
          className="ml-1 inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover disabled:opacity-30"
        >
          <ChevronRight
            aria-hidden="true"
            className={cx('size-4 transition-transform', open && 'rotate-90')}
          />
        </button>
        <button
          type="button"
          aria-pressed={isSelected}
          onClick={onSelect}
          className="grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 py-2 pr-3 text-left hover:bg-hover md:grid-cols-[minmax(0,1fr)_auto_minmax(0,30%)]"
        >
          <span className="flex min-w-0 items-center gap-2">
            <Icon
              aria-hidden="true"
              className={cx('size-4 shrink-0', look.text, look.spins && 'animate-spin')}
            />
            <span className="truncate font-medium">{task.name}</span>
            <span className="truncate text-sm text-muted">{task.agent}</span>
            <span className="sr-only">, {status.replaceAll('_', ' ')}</span>
          </span>
          <span className="text-xs whitespace-nowrap text-muted tabular">
            {task.kept ? 'kept from before' : figures.join(' · ')}
          </span>
          <Bar
            scale={scale}
            from={task.kept ? undefined : startedAt}
            to={endedAt}
            colour={look.bar}
            className="col-span-2 block md:col-span-1"
          />
        </button>
      </div>
      {open && (
        <ol className="pb-1">
          {steps.map((step) => (
            <StepLine key={step.seq} step={step} scale={scale} owner={owner} />
          ))}
        </ol>
      )}
    </li>
  );
}

/** The time, once a second while something goes on. */
function useClock(isTicking: boolean): number {
  const [time, setTime] = useState(() => Date.now());
  useEffect(() => {
    if (!isTicking) return;
    setTime(Date.now());
    const timer = setInterval(() => setTime(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isTicking]);
  return time;
}
