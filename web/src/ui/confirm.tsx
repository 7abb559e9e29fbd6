import { AlertDialog } from '@base-ui/react/alert-dialog';
import { type ReactNode, useSyncExternalStore } from 'react';
import { Button } from './button.tsx';
import { cx } from './cx.ts';
import { backdropClass, popupClass } from './dialog.tsx';

interface Question {
  readonly title: string;
  readonly body?: ReactNode;
  /** The word on the button that does it: a verb. */
  readonly action: string;
  readonly danger?: boolean;
}

interface Asked extends Question {
  readonly answer: (yes: boolean) => void;
}

let asked: Asked | undefined;
let isOpen = false;
const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Asks before something that cannot be undone; resolves to whether to go on. */
export function confirm(question: Question): Promise<boolean> {
  asked?.answer(false);
  return new Promise((resolve) => {
    asked = { ...question, answer: resolve };
    isOpen = true;
    tell();
  });
}

function close(yes: boolean): void {
  asked?.answer(yes);
  isOpen = false;
  tell();
}

/** Stands once in the page. */
export function ConfirmDialog() {
  const open = useSyncExternalStore(subscribe, () => isOpen);
  const question = useSyncExternalStore(subscribe, () => asked);
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && close(false)}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdropClass} />
        <AlertDialog.Popup className={cx(popupClass, 'max-w-md p-5')}>
          <AlertDialog.Title className="text-base font-semibold">{question?.title}</AlertDialog.Title>
          {question?.body !== undefined && (
            <AlertDialog.Description className="mt-1.5 text-muted">{question.body}</AlertDialog.Description>
          )}
          <div className="mt-5 flex justify-end gap-2">
            <Button onClick={() => close(false)}>Cancel</Button>
            <Button look={question?.danger ? 'danger' : 'primary'} onClick={() => close(true)}>
              {question?.action}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
