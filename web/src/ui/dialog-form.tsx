import type { FormEvent, ReactNode } from 'react';
import { Button } from './button.tsx';
import { DialogActions, useHeldDialog } from './dialog.tsx';
import { ErrorPanel } from './error-panel.tsx';

interface DialogFormProps {
  readonly form: {
    readonly error: unknown;
    readonly sending: boolean;
    readonly restored: boolean;
    readonly submit: (event?: FormEvent) => void;
    readonly reset: () => void;
  };
  /** The word on the button that sends it: a verb. */
  readonly action: string;
  /** It cannot be undone. */
  readonly danger?: boolean;
  /** Until it is, the form cannot be sent. */
  readonly ready?: boolean;
  readonly onCancel: () => void;
  readonly children: ReactNode;
}

/** The button that sends a long form is far from what is then said of it. */
function scrollIntoSight(panel: HTMLElement | null): void {
  panel?.scrollIntoView({ block: 'nearest' });
}

/** A form within a dialog: its fields, what is wrong with the whole, and the two ways out. */
export function DialogForm(props: DialogFormProps) {
  const { form, action, danger = false, ready = true, onCancel, children } = props;
  useHeldDialog(form.sending);
  return (
    <form onSubmit={form.submit} className="space-y-4">
      {form.error !== undefined && (
        <div ref={scrollIntoSight}>
          <ErrorPanel error={form.error} />
        </div>
      )}
      {form.restored && (
        <div
          role="status"
          className="flex flex-wrap items-center gap-x-3 rounded-lg bg-accent-soft px-4 py-2"
        >
          <span className="flex-1">What you typed before is back; it is not saved yet.</span>
          <Button size="small" look="quiet" onClick={() => form.reset()}>
            Discard it
          </Button>
        </div>
      )}
      {children}
      <DialogActions>
        <Button disabled={form.sending} onClick={onCancel}>
          Cancel
        </Button>
        <Button look={danger ? 'danger' : 'primary'} type="submit" disabled={!ready} busy={form.sending}>
          {action}
        </Button>
      </DialogActions>
    </form>
  );
}
