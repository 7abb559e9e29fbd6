import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Play } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../../api/api.ts';
import { type ApiError, toApiError } from '../../api/api-error.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { TextArea } from '../../ui/field.tsx';
import { isTexts } from '../../ui/kept-text.ts';
import { Loading } from '../../ui/skeleton.tsx';
import { useKept } from '../../ui/use-kept.ts';

interface RunDialogProps {
  readonly crewId: string;
  readonly crewName: string;
  readonly onClose: () => void;
}

/** Asks for what the crew's placeholders need, and starts a run. */
export function RunDialog({ crewId, crewName, onClose }: RunDialogProps) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [values, setValues, forget] = useKept(`run.${crewId}`, isTexts, {});
  const [error, setError] = useState<ApiError>();
  const [isStarting, setStarting] = useState(false);
  const wanted = useQuery({
    queryKey: ['crews', 'placeholders', crewId],
    queryFn: () => ask(api.GET('/crews/{id}/inputs', { params: { path: { id: crewId } } })),
    staleTime: 0,
  });
  const placeholders = wanted.data?.placeholders ?? [];
  const isField = placeholders.some(({ name }) => error?.field === `inputs.${name}`);

  const start = async () => {
    setStarting(true);
    setError(undefined);
    // What is left empty takes its default; without one the server names it.
    const inputs = Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ''));
    try {
      const { job_id: id } = await ask(api.POST('/executions', { body: { crew_id: crewId, inputs } }));
      forget();
      void queryClient.invalidateQueries({ queryKey: ['runs'] });
      void navigate({ to: '/runs/$id', params: { id } });
    } catch (thrown) {
      setError(toApiError(thrown));
      setStarting(false);
    }
  };
  return (
    <Dialog open busy={isStarting} onClose={onClose} title={`Run ${crewName}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
        className="space-y-4"
      >
        {wanted.isPending && <Loading lines={2} />}
        {wanted.isError && <ErrorPanel error={wanted.error} title="The inputs could not be read." />}
        {error && !isField && <ErrorPanel error={error} title="The run was not started." />}
        {wanted.isSuccess && placeholders.length === 0 && (
          <p className="text-muted">
            This crew asks for nothing. Write {'{topic}'} into a task, and topic is asked for here.
          </p>
        )}
        {placeholders.map(({ name, required, default: preset, used_by: usedBy }) => (
          <TextArea
            key={name}
            label={name}
            rows={2}
            aside={required ? 'needed' : 'has a default'}
            hint={`Used by ${usedBy.join(', ')}`}
            placeholder={preset === null ? '' : typeof preset === 'string' ? preset : JSON.stringify(preset)}
            value={values[name] ?? ''}
            error={error?.field === `inputs.${name}` ? (error.reason ?? error.message) : undefined}
            onChange={({ target }) => setValues({ ...values, [name]: target.value })}
            readOnly={isStarting}
          />
        ))}
        <DialogActions>
          <Button disabled={isStarting} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" busy={isStarting} disabled={!wanted.isSuccess}>
            <Play aria-hidden="true" className="size-4" /> Start
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
