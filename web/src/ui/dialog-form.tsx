import type { FormEvent, ReactNode } from 'react';
import { Button } from './button.tsx';
import { DialogActions } from './dialog.tsx';
import { ErrorPanel } from './error-panel.tsx';

interface DialogFormProps {
  readonly form: {
    readonly error: unknown;
    readonly sending: boolean;
    readonly submit: (event?: FormEvent) => void;
  };
  /** The word on the button that sends it: a verb. */
  readonly action: string;
  readonly onCancel: () => void;
  readonly children: ReactNode;
}

/** A form within a dialog: its fields, what is wrong with the whole, and the two ways out. */
export function DialogForm({ form, action, onCancel, children }: DialogFormProps) {
  return (
    <form onSubmit={form.submit} className="space-y-4">
      {form.error !== undefined && <ErrorPanel error={form.error} />}
      {children}
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button look="primary" type="submit" busy={form.sending}>
          {action}
        </Button>
      </DialogActions>
    </form>
  );
}
