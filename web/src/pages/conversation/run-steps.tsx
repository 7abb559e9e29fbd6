import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/api.ts';
import { StepList } from '../../chat/answer-view.tsx';
import type { Step } from '../../chat/try-events.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { formatUsd } from '../../ui/format.ts';
import { Loading } from '../../ui/skeleton.tsx';

/** A step as the turn keeps it: with what was said, and without figures. */
export type TurnStep =
  | { readonly type: 'reasoning'; readonly text: string }
  | { readonly type: 'message'; readonly content: string }
  | {
      readonly type: 'tool';
      readonly call_id: string;
      readonly name: string;
      readonly arguments: string;
      readonly result: string | null;
      readonly is_error: boolean;
    };

interface RunStepsProps {
  readonly runId: string;
  readonly said: readonly TurnStep[];
  readonly startsOpen: boolean;
}

/** How an answer came about: asked for when somebody wants to know, or has to. */
export function RunSteps({ runId, said, startsOpen }: RunStepsProps) {
  const [open, setOpen] = useState(startsOpen);
  const run = useQuery({
    queryKey: ['run', runId],
    queryFn: () => ask(api.GET('/runs/{id}', { params: { path: { id: runId } } })),
    enabled: open,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <details
      className="min-w-0 flex-1"
      open={open}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary className="w-fit hover:text-text">How it came about</summary>
      {run.isError && <ErrorPanel error={run.error} onRetry={() => void run.refetch()} />}
      {open && !run.data && !run.isError && <Loading lines={2} />}
      {run.data && (
        <>
          <p className="mt-2">
            Version {run.data.agent_version} on {run.data.model} · {formatUsd(run.data.cost_usd)}
          </p>
          {run.data.error && <p className="text-danger">{run.data.error.message}</p>}
          <StepList steps={join(run.data.steps, run.data.model, said)} />
        </>
      )}
    </details>
  );
}

type RunStep =
  | { type: 'model'; input_tokens: number; output_tokens: number; cost_usd: number; duration_ms: number }
  | { type: 'tool'; call_id: string; name: string; is_error: boolean; cost_usd: number; duration_ms: number }
  | { type: 'rejected'; reason: string }
  | { type: 'failed'; code: string; cost_usd: number; duration_ms: number };

/** The run has the figures, the turn has the words; the calls of tools are the same by their ids. */
function join(steps: readonly RunStep[], model: string, said: readonly TurnStep[]): Step[] {
  const thoughts = said.flatMap((step): Step[] => (step.type === 'reasoning' ? [step] : []));
  const calls = new Map(
    said.flatMap((step) => (step.type === 'tool' ? [[step.call_id, step] as const] : [])),
  );
  return [...thoughts, ...steps.map((step) => toStep(step, model, calls))];
}

function toStep(
  step: RunStep,
  model: string,
  calls: ReadonlyMap<string, { readonly arguments: string; readonly result: string | null }>,
): Step {
  switch (step.type) {
    case 'model': {
      const tokens = { input: step.input_tokens, output: step.output_tokens };
      return { type: 'model', model, tokens, costUsd: step.cost_usd, durationMs: step.duration_ms };
    }
    case 'tool': {
      const call = calls.get(step.call_id);
      return {
        type: 'tool',
        callId: step.call_id,
        name: step.name,
        arguments: call?.arguments ?? '',
        ...(call?.result != null && { output: call.result }),
        isError: step.is_error,
        costUsd: step.cost_usd,
        durationMs: step.duration_ms,
      };
    }
    case 'rejected':
      return { type: 'reasoning', text: `Asked again, because the answer did not fit: ${step.reason}` };
    case 'failed':
      return { type: 'reasoning', text: `No whole answer came from the model (${step.code}).` };
  }
}
