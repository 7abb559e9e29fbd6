import { useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/api.ts';
import type { useNames } from '../../api/use-names.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { toast } from '../../ui/toast.tsx';
import { useForm } from '../../ui/use-form.ts';
import { KeyFields, type KeyValues, toKeyBody } from './key-fields.tsx';
import type { Key } from './use-keys.ts';

interface EditKeyDialogProps {
  readonly edited: Key | undefined;
  readonly onClose: () => void;
  readonly names: ReturnType<typeof useNames>;
}

export function EditKeyDialog({ edited, onClose, names }: EditKeyDialogProps) {
  return (
    <Dialog
      open={edited !== undefined}
      onClose={onClose}
      title="Change the key"
      description="In force with the next call. The key itself stays."
    >
      {edited && <EditForm key={edited.id} edited={edited} names={names} onClose={onClose} />}
    </Dialog>
  );
}

function EditForm({ edited, names, onClose }: EditKeyDialogProps & { readonly edited: Key }) {
  const queries = useQueryClient();
  const initial = toValues(edited);
  const form = useForm({
    initial,
    send: (values) => {
      const { expires_at, ...body } = toKeyBody(values);
      // An hour of its own, set by the API, stays unless another day is chosen.
      const expires = values.expires_at === initial.expires_at ? {} : { expires_at };
      const path = { id: edited.id };
      return ask(api.PATCH('/agent-keys/{id}', { params: { path }, body: { ...body, ...expires } }));
    },
    onSent: () => {
      void queries.invalidateQueries({ queryKey: ['keys'] });
      toast.done('Key changed');
      onClose();
    },
  });
  return (
    <form onSubmit={form.submit} className="space-y-4">
      {form.error && <ErrorPanel error={form.error} />}
      <KeyFields form={form} names={names} />
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" type="submit" busy={form.sending}>
          Save
        </Button>
      </DialogActions>
    </form>
  );
}

function toValues(key: Key): KeyValues {
  return {
    name: key.name,
    scope: key.agent_ids === null ? 'all' : 'some',
    agent_ids: key.agent_ids ?? [],
    daily_limit_usd: String(key.daily_limit_usd ?? ''),
    monthly_limit_usd: String(key.monthly_limit_usd ?? ''),
    expires_at: key.expires_at === null ? '' : localDay(key.expires_at),
  };
}

function localDay(iso: string): string {
  const date = new Date(iso);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
