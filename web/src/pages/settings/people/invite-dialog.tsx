import { useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../../api/api.ts';
import type { Role } from '../../../session/use-me.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { DialogForm } from '../../../ui/dialog-form.tsx';
import { TextField } from '../../../ui/field.tsx';
import { useForm } from '../../../ui/use-form.ts';
import type { SetupLink } from './link-dialog.tsx';
import { RoleField } from './role-field.tsx';

interface InviteDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onInvited: (link: SetupLink) => void;
}

export function InviteDialog(props: InviteDialogProps) {
  return (
    <Dialog
      open={props.open}
      onClose={props.onClose}
      title="Invite somebody"
      description="You get a link for them, by which they set a password."
    >
      <InviteForm {...props} />
    </Dialog>
  );
}

const EMPTY: { email: string; name: string; role: Role } = { email: '', name: '', role: 'editor' };

function InviteForm({ onClose, onInvited }: InviteDialogProps) {
  const queries = useQueryClient();
  const form = useForm({
    initial: EMPTY,
    keep: 'invite',
    send: (body) => ask(api.POST('/users', { body })),
    onSent: ({ email, setup_url }) => {
      void queries.invalidateQueries({ queryKey: ['people'] });
      onInvited({ email, url: setup_url ?? '' });
    },
  });
  return (
    <DialogForm form={form} action="Invite" onCancel={onClose}>
      <TextField label="Email" type="email" required autoFocus {...form.input('email')} />
      <TextField label="Name" maxLength={200} aside="optional" {...form.input('name')} />
      <RoleField value={form.values.role} onChange={(role) => form.set('role', role)} />
    </DialogForm>
  );
}
