import { useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../../api/api.ts';
import { changedOf } from '../../../ui/changed-of.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { DialogForm } from '../../../ui/dialog-form.tsx';
import { TextField } from '../../../ui/field.tsx';
import { toast } from '../../../ui/toast.tsx';
import { useForm } from '../../../ui/use-form.ts';
import type { Person } from './page.tsx';
import { RoleField, toRole } from './role-field.tsx';

interface ChangePersonDialogProps {
  readonly person: Person | undefined;
  readonly onClose: () => void;
}

export function ChangePersonDialog({ person, onClose }: ChangePersonDialogProps) {
  return (
    <Dialog
      open={person !== undefined}
      onClose={onClose}
      title={`Change ${person?.email ?? ''}`}
      description="In force at once."
    >
      {person && <ChangeForm key={person.id} person={person} onClose={onClose} />}
    </Dialog>
  );
}

function ChangeForm({ person, onClose }: { readonly person: Person; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const form = useForm({
    initial: { name: person.name, role: toRole(person.role) },
    keep: `person.${person.id}`,
    send: ({ name, role }, start) => {
      // Who has no name yet need not be given one.
      const body = changedOf({ role, ...(name !== '' && { name }) }, start);
      return ask(api.PATCH('/users/{id}', { params: { path: { id: person.id } }, body }));
    },
    onSent: () => {
      void queries.invalidateQueries({ queryKey: ['people'] });
      void queries.invalidateQueries({ queryKey: ['me'] });
      toast.done(`${person.email} is changed`);
      onClose();
    },
  });
  return (
    <DialogForm form={form} action="Save" onCancel={onClose}>
      <TextField label="Name" maxLength={200} {...form.input('name')} />
      <RoleField value={form.values.role} onChange={(role) => form.set('role', role)} />
    </DialogForm>
  );
}
