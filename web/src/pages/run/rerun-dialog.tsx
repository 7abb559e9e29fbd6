import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../../api/api.ts';
import { type ApiError, toApiError } from '../../api/api-error.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Checkbox, SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { fromInputTexts, inputText, inputTexts } from '../../ui/input-texts.ts';
import { isTexts } from '../../ui/kept-text.ts';
import { useKept } from '../../ui/use-kept.ts';
import type { Run } from './use-run.ts';

interface RerunDialogProps {
  readonly run: Run;
  /** Empty: from the beginning. */
  readonly fromTask: string;
  readonly onClose: () => void;
}

/** A new run that keeps the outputs before a task. */
export function RerunDialog({ run, fromTask, onClose }: RerunDialogProps) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const names = Object.keys(run.inputs);
  const [from, setFrom] = useState(fromTask);
  const [values, setValues, forget] = useKept(`rerun.${run.job_id}`, isTexts, inputTexts(run.inputs));
  const [maxCost, setMaxCost] = useState(run.max_cost_usd === null ? '' : String(run.max_cost_usd));
  const [isCurrent, setCurrent] = useState(false);
  const [error, setError] = useState<ApiError>();
  const [isStarting, setStarting] = useState(false);
  const changed = names.filter((name) => values[name] !== inputText(run.inputs[name]));

  const start = async () => {
    setStarting(true);
    setError(undefined);
    const body = {
      ...(from !== '' && { from_task: from }),
      ...(changed.length > 0 && {
        inputs: changedInputs(changed, values, run.inputs),
      }),
      ...(isCurrent && { use_current_crew: true }),
      ...(maxCost.trim() !== '' && Number(maxCost) !== run.max_cost_usd && { max_cost_usd: Number(maxCost) }),
    };
    try {
      const path = { id: run.job_id };
      const { job_id: id } = await ask(api.POST('/executions/{id}/rerun', { params: { path }, body }));
      forget();
      void queryClient.invalidateQueries({ queryKey: ['runs'] });
      onClose();
      await navigate({ to: '/runs/$id', params: { id } });
    } catch (thrown) {
      setError(toApiError(thrown));
      setStarting(false);
    }
  };
  const isField = error?.field === 'max_cost_usd' || names.some((name) => error?.field === `inputs.${name}`);
  return (
    <Dialog
      open
      busy={isStarting}
      onClose={onClose}
      title="Run it again"
      description="A new run; this one stays as it is. What is kept costs nothing."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
        className="space-y-4"
      >
        {error && !isField && <ErrorPanel error={error} title="The run was not started." />}
        <SelectField label="From" value={from} onChange={({ target }) => setFrom(target.value)}>
          <option value="">the beginning</option>
          {run.tasks_output.slice(1).map((task) => (
            <option key={task.task_id} value={task.task_id}>
              {task.name}
            </option>
          ))}
        </SelectField>
        {names.map((name) => (
          <TextArea
            key={name}
            label={name}
            rows={2}
            value={values[name] ?? ''}
            error={error?.field === `inputs.${name}` ? (error.reason ?? error.message) : undefined}
            onChange={({ target }) => setValues({ ...values, [name]: target.value })}
            readOnly={isStarting}
          />
        ))}
        {run.max_cost_usd !== null && (
          <TextField
            label="Cost limit"
            aside="US$"
            type="number"
            min="0"
            step="any"
            value={maxCost}
            error={error?.field === 'max_cost_usd' ? (error.reason ?? error.message) : undefined}
            onChange={({ target }) => setMaxCost(target.value)}
          />
        )}
        <Checkbox
          label="With the crew as it is now"
          hint={
            changed.length > 0
              ? 'So it is with other inputs in any case.'
              : 'Otherwise it is done again as the crew was then.'
          }
          checked={isCurrent || changed.length > 0}
          disabled={changed.length > 0}
          onChange={({ target }) => setCurrent(target.checked)}
        />
        <DialogActions>
          <Button disabled={isStarting} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" busy={isStarting}>
            <RotateCcw aria-hidden="true" className="size-4" /> Run again
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** An input that was emptied is told as empty: left out, it would stay what it was. */
function changedInputs(
  names: readonly string[],
  texts: Readonly<Record<string, string>>,
  before: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const values = fromInputTexts(texts, before);
  return Object.fromEntries(names.map((name) => [name, values[name] ?? '']));
}
