import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, ask } from '../../api/api.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions, useHeldDialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { ModelField } from '../../ui/model-field.tsx';
import { useForm } from '../../ui/use-form.ts';

/** The least that an agent needs; everything else is in its editor, beside a chat to try it in. */
export function NewAgentDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="New agent"
      description="You can change everything later, and try it before anybody else does."
    >
      <NewAgentForm onClose={onClose} />
    </Dialog>
  );
}

function NewAgentForm({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const form = useForm({
    initial: { name: '', instructions: '', model: 'sandbox' },
    keep: 'new-agent',
    send: (body) => ask(api.POST('/agents', { body })),
    onSent: async ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['agents'] });
      onClose();
      await navigate({ to: '/agents/$id', params: { id } });
    },
  });
  useHeldDialog(form.sending);
  return (
    <form onSubmit={form.submit} className="space-y-4">
      {form.error && <ErrorPanel error={form.error} />}
      <TextField label="Name" required maxLength={200} placeholder="Returns desk" {...form.input('name')} />
      <TextArea
        label="Instructions"
        rows={5}
        placeholder="You help customers who want to send something back. Be brief and friendly."
        hint="What it is for and how it should answer, as you would tell a new colleague."
        {...form.input('instructions')}
      />
      <ModelField
        value={form.values.model}
        error={form.input('model').error}
        onChange={(model) => form.set('model', model)}
      />
      <DialogActions>
        <Button disabled={form.sending} onClick={onClose}>
          Cancel
        </Button>
        <Button look="primary" type="submit" busy={form.sending}>
          Create agent
        </Button>
      </DialogActions>
    </form>
  );
}
