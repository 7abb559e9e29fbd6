import { Dialog } from '../../../ui/dialog.tsx';
import { DialogForm } from '../../../ui/dialog-form.tsx';
import { TextField } from '../../../ui/field.tsx';
import { useForm } from '../../../ui/use-form.ts';
import { isSameName } from './is-same-name.ts';

interface DeleteAccountDialogProps {
  /** Of the account that is to go; undefined while none is. */
  readonly name: string | undefined;
  readonly onClose: () => void;
  readonly remove: (confirm: string) => Promise<unknown>;
  readonly onRemoved: () => void;
}

/** Asks for the name of the account before it is deleted for good. */
export function DeleteAccountDialog(props: DeleteAccountDialogProps) {
  const { name, onClose } = props;
  return (
    <Dialog
      open={name !== undefined}
      onClose={onClose}
      title={`Delete ${name ?? ''}?`}
      description="Everybody in it is signed out, its keys and running jobs end, and all that it holds is erased, its sandbox included. Nothing brings it back."
    >
      {name !== undefined && <DeleteAccountForm {...props} name={name} />}
    </Dialog>
  );
}

function DeleteAccountForm({
  name,
  onClose,
  remove,
  onRemoved,
}: DeleteAccountDialogProps & { readonly name: string }) {
  const form = useForm({
    initial: { confirm: '' },
    send: ({ confirm }) => remove(confirm),
    onSent: onRemoved,
  });
  return (
    <DialogForm
      form={form}
      action="Delete for good"
      danger
      ready={isSameName(form.values.confirm, name)}
      onCancel={onClose}
    >
      <TextField
        label="Name of the account"
        hint={`Type ${name} to show that it is meant.`}
        autoComplete="off"
        required
        {...form.input('confirm')}
      />
    </DialogForm>
  );
}
