import { RotateCcw } from 'lucide-react';
import { Markdown } from '../../chat/markdown.tsx';
import { StatusBadge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { formatNumber, formatUsd } from '../../ui/format.ts';
import { LongText } from '../../ui/long-text.tsx';
import { ScrollBox } from '../../ui/scroll-box.tsx';
import { isOpen, type TaskView } from './task-view.ts';
import type { Run } from './use-run.ts';

interface TaskPanelProps {
  readonly run: Run;
  readonly view: TaskView;
  /** Absent for those who may not. */
  readonly onRerun?: () => void;
}

/** What a task was asked and what it made; while it runs, its words as they come. */
export function TaskPanel({ run, view, onRerun }: TaskPanelProps) {
  const { task, status, text, isSpeaking } = view;
  const { usage } = task;
  return (
    <section aria-label={`Task ${task.name}`} className="rounded-xl border bg-panel p-4">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <div className="min-w-0">
          <h2 className="font-semibold break-words">{task.name}</h2>
          <p className="text-sm text-muted">{task.agent}</p>
        </div>
        <StatusBadge status={status} />
      </div>
      {task.error !== null && <p className="mt-3 break-words text-danger">{task.error}</p>}
      <details className="mt-3">
        <summary className="text-sm text-muted">What was to be done</summary>
        <LongText text={task.description}>
          {(shown) => <p className="mt-1 break-words whitespace-pre-wrap">{shown}</p>}
        </LongText>
      </details>
      {text !== '' && (
        <div className="relative mt-3">
          <ScrollBox
            label={`Output of ${task.name}`}
            className="max-h-96 overflow-auto rounded-lg border bg-code py-3 pr-12 pl-4"
          >
            {isSpeaking ? (
              <Output text={text} />
            ) : (
              <LongText text={text}>{(shown) => <Output text={shown} />}</LongText>
            )}
            {isSpeaking && (
              <span aria-hidden="true" className="mt-1 inline-block h-4 w-1.5 animate-pulse bg-accent" />
            )}
          </ScrollBox>
          <CopyButton text={text} label="Copy the output" className="absolute top-1.5 right-1.5 bg-code" />
        </div>
      )}
      {text === '' && <p className="mt-3 text-muted">{NOTHING[status] ?? 'There is no output.'}</p>}
      <div className="mt-3 flex flex-wrap items-center justify-between gap-2">
        <p className="text-sm text-muted tabular">
          {formatNumber(usage.input_tokens)} → {formatNumber(usage.output_tokens)} tokens
          {usage.cost_usd > 0 && `, ${formatUsd(usage.cost_usd)}`}
        </p>
        {onRerun && !isOpen(run.status) && (
          <Button size="small" onClick={onRerun}>
            <RotateCcw aria-hidden="true" className="size-4" /> Rerun from here
          </Button>
        )}
      </div>
    </section>
  );
}

/** Outputs are often plain lines, which Markdown alone would run together. */
function Output({ text }: { readonly text: string }) {
  return (
    <div className="whitespace-pre-line">
      <Markdown text={text} />
    </div>
  );
}

const NOTHING: Readonly<Record<string, string>> = {
  pending: 'It waits for what it needs.',
  running: 'It is at work; no word yet.',
  stopped: 'It was stopped before it had an output.',
};
