import {
  Brain,
  Hand,
  Info,
  type LucideIcon,
  RotateCw,
  ShieldCheck,
  Sparkles,
  UsersRound,
  Wrench,
} from 'lucide-react';
import { useState } from 'react';
import { Badge } from '../../ui/badge.tsx';
import { cutText } from '../../ui/cut-text.ts';
import { cx } from '../../ui/cx.ts';
import { formatDuration, formatNumber, formatUsdShort } from '../../ui/format.ts';
import { LongText } from '../../ui/long-text.tsx';
import { ScrollBox } from '../../ui/scroll-box.tsx';
import { Bar, type Scale } from './bar.tsx';
import type { TraceRow } from './run-log.ts';

interface Kind {
  readonly icon: LucideIcon;
  readonly name: string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  llm_call: { icon: Sparkles, name: 'Model' },
  llm_call_failed: { icon: Sparkles, name: 'Model call failed' },
  answer_rejected: { icon: ShieldCheck, name: 'Answer rejected' },
  guardrail: { icon: ShieldCheck, name: 'Guardrail' },
  output_schema: { icon: ShieldCheck, name: 'Output schema' },
  human_input_requested: { icon: Hand, name: 'Asked a person' },
  human_input: { icon: Hand, name: 'A person answered' },
  memory_recall: { icon: Brain, name: 'Recalled' },
  memory_write: { icon: Brain, name: 'Remembered' },
  memory_write_failed: { icon: Brain, name: 'Could not remember' },
  delegation_started: { icon: UsersRound, name: 'Hands out work' },
  delegate_work: { icon: UsersRound, name: 'Work came back' },
  ask_coworker: { icon: UsersRound, name: 'Asked a coworker' },
  retry: { icon: RotateCw, name: 'Tries again' },
  task_failed: { icon: Info, name: 'Failed' },
};

/** Model calls that are no work on the task, by their purpose. */
const PURPOSES: Readonly<Record<string, Kind>> = {
  guardrail: { icon: ShieldCheck, name: 'Judges' },
  memory: { icon: Brain, name: 'Draws insights' },
};

/** Characters of an output beside the name of the step; the line ends before. */
const LINE = 300;

interface StepLineProps {
  readonly step: TraceRow;
  readonly scale: Scale;
  /** Whose work it is a part of; another who did it is named. */
  readonly owner: string;
}

/** One thing that was done in a task; opened it shows what went in and what came out. */
export function StepLine({ step, scale, owner }: StepLineProps) {
  const [isOpen, setOpen] = useState(false);
  const { icon: Icon, name } = kindOf(step);
  const { durationMs, costUsd, inputTokens, outputTokens } = step;
  const figures = [
    inputTokens !== undefined &&
      outputTokens !== undefined &&
      `${formatNumber(inputTokens)} → ${formatNumber(outputTokens)} tokens`,
    costUsd !== undefined && costUsd > 0 && formatUsdShort(costUsd),
    durationMs !== undefined && formatDuration(durationMs),
  ].filter((each) => each !== false);
  return (
    <li>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="grid w-full grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 py-1 pr-3 pl-9 text-left hover:bg-hover md:grid-cols-[minmax(0,1fr)_auto_minmax(0,30%)]"
      >
        <span className="flex min-w-0 items-center gap-2">
          <Icon
            aria-hidden="true"
            className={cx('size-3.5 shrink-0', step.isError ? 'text-danger' : 'text-muted')}
          />
          <span className={cx('shrink-0', step.isError && 'text-danger')}>{name}</span>
          {step.agent !== owner && (
            <Badge>
              <span className="max-w-32 truncate">{step.agent}</span>
            </Badge>
          )}
          <span className="truncate text-sm text-muted">{cutText(step.output ?? step.result, LINE)}</span>
        </span>
        <span className="text-xs whitespace-nowrap text-muted tabular">{figures.join(' · ')}</span>
        <Bar
          scale={scale}
          from={step.at - (durationMs ?? 0)}
          to={step.at}
          colour={step.isError ? 'bg-danger' : 'bg-line-strong'}
          className="hidden md:block"
        />
      </button>
      {isOpen && (
        <div className="space-y-3 border-l-2 border-accent py-2 pr-3 pl-9">
          <p className="text-sm text-muted">
            {step.agent}, {new Date(step.at).toLocaleTimeString('en')}
          </p>
          {step.input !== undefined && <Piece title="Input" text={step.input} />}
          <Piece title={step.output === undefined ? 'Result' : 'Output'} text={step.output ?? step.result} />
        </div>
      )}
    </li>
  );
}

function kindOf({ action, purpose }: TraceRow): Kind {
  const special = action === 'llm_call' && purpose !== undefined ? PURPOSES[purpose] : undefined;
  return special ?? KINDS[action] ?? { icon: Wrench, name: action };
}

function Piece({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1 text-sm font-medium">{title}</h3>
      <ScrollBox
        label={`${title}, text`}
        className="max-h-72 overflow-auto rounded-md border bg-code px-3 py-2"
      >
        <LongText text={text}>
          {(shown) => (
            <pre className="font-mono text-xs leading-relaxed break-words whitespace-pre-wrap">{shown}</pre>
          )}
        </LongText>
      </ScrollBox>
    </section>
  );
}
