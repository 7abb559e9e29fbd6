import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ask } from '../../api/api.ts';
import { type ApiError, toApiError } from '../../api/api-error.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { ModelField } from '../../ui/model-field.tsx';
import { DropFiles } from './drop-files.tsx';
import { type CrewFiles, readCrewFiles } from './read-crew-files.ts';

/** Makes a crew of CrewAI's files, which are dropped here or chosen. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [files, setFiles] = useState<CrewFiles>({});
  const [name, setName] = useState('');
  const [process, setProcess] = useState<'' | 'sequential' | 'hierarchical'>('');
  const [model, setModel] = useState('');
  const [error, setError] = useState<ApiError>();
  const [isSending, setSending] = useState(false);
  const [made, setMade] = useState<{ id: string; name: string; unsupported: string[] }>();
  const paths = Object.keys(files);
  const lacksModel = error?.details.code === 'model_needed';

  const take = async (chosen: readonly File[]) => {
    try {
      const read = await readCrewFiles(chosen);
      setFiles((before) => ({ ...before, ...read }));
      setError(undefined);
    } catch (thrown) {
      setError(toApiError(thrown));
    }
  };
  const send = async () => {
    setSending(true);
    setError(undefined);
    try {
      const body = {
        files: { ...files },
        ...(name.trim() !== '' && { name }),
        ...(process !== '' && { process }),
        ...(model.trim() !== '' && { model }),
      };
      const crew = await ask(api.POST('/crews/import', { body }));
      // Only a dry run makes none.
      if (!('id' in crew)) return;
      void queryClient.invalidateQueries({ queryKey: ['crews'] });
      void queryClient.invalidateQueries({ queryKey: ['agents'] });
      if (crew.unsupported.length > 0) setMade(crew);
      else await navigate({ to: '/crews/$id', params: { id: crew.id } });
    } catch (thrown) {
      setError(toApiError(thrown));
    } finally {
      setSending(false);
    }
  };

  if (made) {
    return (
      <Dialog open onClose={onClose} title={`${made.name} was imported`}>
        <p>What was not carried over, and what was taken instead:</p>
        <ul className="mt-2 list-disc space-y-1 pl-5 text-sm">
          {made.unsupported.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ul>
        <DialogActions>
          <Button look="primary" onClick={() => void navigate({ to: '/crews/$id', params: { id: made.id } })}>
            Open the crew
          </Button>
        </DialogActions>
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="Import a crew"
      description="The files of a CrewAI project: agents.yaml and tasks.yaml, or crew.jsonc and those of its agents."
    >
      <div className="space-y-4">
        {error && !lacksModel && <ErrorPanel error={error} title="The crew was not imported." />}
        <DropFiles paths={paths} onFiles={(chosen) => void take(chosen)} />
        <TextField
          label="Name"
          aside="optional"
          hint="Left empty it is what the files say."
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <SelectField
          label="How it works"
          value={process}
          onChange={({ target }) =>
            setProcess(target.value === 'sequential' || target.value === 'hierarchical' ? target.value : '')
          }
        >
          <option value="">As the files say</option>
          <option value="sequential">Task by task</option>
          <option value="hierarchical">With a manager</option>
        </SelectField>
        <ModelField
          label="Model for agents without one that can be called here"
          value={model}
          error={
            lacksModel
              ? `Choose one: ${error.field ?? 'an agent'} names no model that there is here.`
              : undefined
          }
          onChange={(chosen) => {
            setModel(chosen);
            if (lacksModel) setError(undefined);
          }}
        />
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={isSending} disabled={paths.length === 0} onClick={() => void send()}>
            Import
          </Button>
        </DialogActions>
      </div>
    </Dialog>
  );
}
