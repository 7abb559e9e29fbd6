import { CircleAlert, FileText, Wrench } from 'lucide-react';
import { sandbox } from '../api/sandbox.ts';
import { formatDuration, formatNumber, formatUsd } from '../ui/format.ts';
import { LongText } from '../ui/long-text.tsx';
import { ScrollBox } from '../ui/scroll-box.tsx';
import { AnswerText } from './answer-text.tsx';
import type { Answer, Citation, Step } from './try-events.ts';

/** An answer with what it rests on and the steps behind it. */
export function AnswerView({ answer }: { readonly answer: Answer }) {
  return (
    <div className="min-w-0 space-y-2">
      <AnswerText text={answer.text} />
      <Citations citations={answer.citations} />
      {answer.warnings.map((warning) => (
        <p key={warning} className="text-sm text-warn">
          {warning}
        </p>
      ))}
      {answer.steps.length > 0 && <Steps steps={answer.steps} costUsd={answer.costUsd} />}
    </div>
  );
}

export function Citations({ citations }: { readonly citations: readonly Citation[] }) {
  const unique = citations.filter(
    ({ url }, index) => citations.findIndex((each) => each.url === url) === index,
  );
  if (unique.length === 0) return null;
  return (
    <ul aria-label="Sources" className="flex flex-wrap gap-1.5">
      {unique.map(({ document, url, quote, number }) => (
        <li key={url} className="max-w-full">
          <a
            href={pathOf(url)}
            target="_blank"
            // The chat stays. A tab is in the sandbox only when one that is there has opened it.
            rel={sandbox.isOn() ? 'opener' : 'noopener'}
            title={quote}
            className="inline-flex max-w-full items-center gap-1 rounded-full border px-2 py-0.5 text-xs text-muted hover:border-line-strong hover:text-text"
          >
            {number === null ? (
              <FileText aria-hidden="true" className="size-3 shrink-0" />
            ) : (
              <span className="tabular">[{number}]</span>
            )}
            <span className="truncate">{document}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** Citations carry the server's public address; here the page of the same console is meant. */
function pathOf(url: string): string {
  const { pathname, search } = new URL(url, location.origin);
  return pathname + search;
}

function Steps({
  steps,
  costUsd,
}: {
  readonly steps: readonly Step[];
  readonly costUsd?: number | undefined;
}) {
  const tools = steps.filter(({ type }) => type === 'tool').length;
  const words = [
    `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`,
    ...(tools > 0 ? [`${tools} tool ${tools === 1 ? 'call' : 'calls'}`] : []),
    ...(costUsd === undefined ? [] : [formatUsd(costUsd)]),
  ];
  return (
    <details className="text-sm">
      <summary className="w-fit text-muted hover:text-text">{words.join(' · ')}</summary>
      <StepList steps={steps} />
    </details>
  );
}

export function StepList({ steps }: { readonly steps: readonly Step[] }) {
  return (
    <ol className="mt-2 space-y-2 border-l pl-3">
      {steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever added at the end
        <li key={index}>
          <StepView step={step} />
        </li>
      ))}
    </ol>
  );
}

function StepView({ step }: { readonly step: Step }) {
  switch (step.type) {
    case 'reasoning':
      return (
        <LongText text={step.text}>
          {(shown) => <p className="break-words whitespace-pre-wrap text-muted italic">{shown}</p>}
        </LongText>
      );
    case 'model':
      return (
        <p className="text-muted">
          Model <span className="text-text">{step.model}</span>
          {step.tokens &&
            ` · ${formatNumber(step.tokens.input)} tokens in, ${formatNumber(step.tokens.output)} out`}
          <Figures step={step} />
        </p>
      );
    case 'tool':
      return (
        <div>
          <p className="flex items-center gap-1.5 text-muted">
            {step.isError ? (
              <CircleAlert aria-label="Failed" className="size-3.5 text-danger" />
            ) : (
              <Wrench aria-hidden="true" className="size-3.5" />
            )}
            <span className="font-mono text-text">{step.name}</span>
            <Figures step={step} />
          </p>
          <Mono label={`What ${step.name} was asked`} text={step.arguments} />
          {step.output !== undefined && <Mono label={`What ${step.name} answered`} text={step.output} />}
        </div>
      );
  }
}

function Figures({ step }: { readonly step: { readonly costUsd?: number; readonly durationMs?: number } }) {
  const { costUsd, durationMs } = step;
  return (
    <>
      {costUsd !== undefined && costUsd > 0 && ` · ${formatUsd(costUsd)}`}
      {durationMs !== undefined && ` · ${formatDuration(durationMs)}`}
    </>
  );
}

function Mono({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <ScrollBox label={label} className="mt-1 max-h-40 overflow-auto rounded-md border bg-code px-2 py-1.5">
      <LongText text={text}>
        {(shown) => <pre className="font-mono text-xs break-words whitespace-pre-wrap">{shown}</pre>}
      </LongText>
    </ScrollBox>
  );
}
