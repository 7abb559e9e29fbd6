import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Hand } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../../api/api.ts';
import { type ApiError, toApiError } from '../../api/api-error.ts';
import { useMay } from '../../session/use-me.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { isText } from '../../ui/kept-text.ts';
import { LongText } from '../../ui/long-text.tsx';
import { ScrollBox } from '../../ui/scroll-box.tsx';
import { useKept } from '../../ui/use-kept.ts';
import type { Run } from './use-run.ts';

interface WaitingPanelProps {
  readonly run: Run;
  /** Changes whenever there may be other waits. */
  readonly seen: string;
}

/** What the run waits for people to say, and where they say it. */
export function WaitingPanel({ run, seen }: WaitingPanelProps) {
  const waits = useQuery({
    queryKey: ['runs', 'waits', run.job_id, seen],
    queryFn: () => ask(api.GET('/executions/{id}/waits', { params: { path: { id: run.job_id } } })),
  });
  if (waits.isError)
    return <ErrorPanel error={waits.error} title="What the run waits for could not be read." />;
  return (waits.data?.waits ?? []).map((wait) => (
    <WaitForm key={`${wait.task_id} ${wait.since}`} run={run} wait={wait} />
  ));
}

interface WaitFormProps {
  readonly run: Run;
  readonly wait: { readonly task_id: string; readonly reason: string; readonly prompt: string };
}

interface Words {
  readonly title: string;
  readonly yes: string;
  readonly no: string;
  readonly hint: string;
}

const WORDS: Readonly<Record<string, Words>> = {
  input: {
    title: 'waits for your approval',
    yes: 'Approve',
    no: 'Send back',
    hint: 'What is to be changed. Sent back without a word, the task fails.',
  },
  max_cost: {
    title: 'has reached what it may cost',
    yes: 'Go on',
    no: 'End the run',
    hint: 'It goes on as soon as the bound is higher.',
  },
  unknown_outcome: {
    title: 'was cut off in a call that may have acted',
    yes: 'Call again',
    no: 'Fail the task',
    hint: 'Why, if you fail it.',
  },
};

function WaitForm({ run, wait }: WaitFormProps) {
  const mayAnswer = useMay('editor');
  const queryClient = useQueryClient();
  const [feedback, setFeedback, forget] = useKept(`answer.${run.job_id}.${wait.task_id}`, isText, '');
  const [maxCost, setMaxCost] = useState('');
  const [sending, setSending] = useState<'yes' | 'no'>();
  const [error, setError] = useState<ApiError>();
  const task = run.tasks_output.find(({ task_id: id }) => id === wait.task_id);
  const words = WORDS[wait.reason] ?? WORDS.input;
  const isBound = wait.reason === 'max_cost';
  const answer = async (approve: boolean) => {
    setSending(approve ? 'yes' : 'no');
    setError(undefined);
    const body = {
      ...{ task_id: wait.task_id, approve },
      ...(feedback.trim() !== '' && { feedback }),
      ...(isBound && maxCost.trim() !== '' && { max_cost_usd: Number(maxCost) }),
    };
    try {
      await ask(api.POST('/executions/{id}/resume', { params: { path: { id: run.job_id } }, body }));
      forget();
      await queryClient.invalidateQueries({ queryKey: ['runs'] });
    } catch (thrown) {
      setError(toApiError(thrown));
    } finally {
      setSending(undefined);
    }
  };
  return (
    <section
      aria-label={`${task?.name ?? 'The run'} ${words?.title}`}
      className="rounded-xl border border-warn bg-warn-soft p-4"
    >
      <h2 className="flex items-center gap-2 font-semibold">
        <Hand aria-hidden="true" className="size-4 shrink-0 text-warn" />
        <span className="min-w-0">
          {task?.name ?? 'The run'} {words?.title}
        </span>
      </h2>
      <ScrollBox
        label="What it asks"
        className="my-3 max-h-60 overflow-auto rounded-md border bg-panel px-3 py-2"
      >
        <LongText text={wait.prompt}>
          {(shown) => <p className="break-words whitespace-pre-wrap">{shown}</p>}
        </LongText>
      </ScrollBox>
      {error && (
        <div className="mb-3">
          <ErrorPanel error={error} title="Your answer was not taken." />
        </div>
      )}
      {mayAnswer ? (
        <div className="space-y-3">
          {isBound ? (
            <TextField
              label="New bound in US$"
              type="number"
              min="0"
              step="any"
              hint={words?.hint}
              className="max-w-xs"
              value={maxCost}
              onChange={({ target }) => setMaxCost(target.value)}
            />
          ) : (
            <TextArea
              label="Feedback"
              rows={2}
              hint={words?.hint}
              value={feedback}
              onChange={({ target }) => setFeedback(target.value)}
              readOnly={sending !== undefined}
            />
          )}
          <div className="flex flex-wrap gap-2">
            <Button
              look="primary"
              busy={sending === 'yes'}
              disabled={sending !== undefined}
              onClick={() => void answer(true)}
            >
              {words?.yes}
            </Button>
            <Button
              busy={sending === 'no'}
              disabled={sending !== undefined}
              onClick={() => void answer(false)}
            >
              {words?.no}
            </Button>
          </div>
        </div>
      ) : (
        <p className="text-muted">An editor has to answer.</p>
      )}
    </section>
  );
}
