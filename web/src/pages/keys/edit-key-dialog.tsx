import { useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/api.ts';
import type { useNames } from '../../api/use-names.ts';
import { atAddresses, toAddresses } from '../../ui/addresses.ts';
import { changedOf } from '../../ui/changed-of.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { TextArea } from '../../ui/field.tsx';
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
  const form = useForm({
    initial: toValues(edited),
    keep: `key.${edited.id}`,
    send: async (values, start) => {
      // An hour of its own, set by the API, stays too unless another day is chosen.
      const body = changedOf(toKeyBody(values), toKeyBody(start));
      try {
        return await ask(api.PATCH('/agent-keys/{id}', { params: { path: { id: edited.id } }, body }));
      } catch (error) {
        throw atAddresses(error, toAddresses(values.origins));
      }
    },
    onSent: () => {
      void queries.invalidateQueries({ queryKey: ['keys'] });
      toast.done('Key changed');
      onClose();
    },
  });
  return (
    <DialogForm form={form} action="Save" onCancel={onClose}>
      <KeyFields form={form} names={names} />
      <TextArea
        label="Allowed addresses"
        aside="of chat widgets"
        rows={2}
        spellCheck={false}
        hint="One a line, as https://www.example.com: where pages with a chat of this key may be. Empty: where its embed code was made for."
        {...form.input('origins')}
      />
    </DialogForm>
  );
}

function toValues(key: Key): KeyValues {
  return {
    name: key.name,
    scope: key.agent_ids === null ? 'all' : 'some',
    chosen: key.agent_ids ?? [],
    daily_limit_usd: String(key.daily_limit_usd ?? ''),
    monthly_limit_usd: String(key.monthly_limit_usd ?? ''),
    requests_per_minute: String(key.requests_per_minute ?? ''),
    requests_per_hour: String(key.requests_per_hour ?? ''),
    origins: (key.allowed_origins ?? []).join('\n'),
    expires_at: key.expires_at === null ? '' : localDay(key.expires_at),
  };
}

function localDay(iso: string): string {
  const date = new Date(iso);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
