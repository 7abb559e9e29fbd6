import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { IconButton } from './button.tsx';
import { cx } from './cx.ts';

export const backdropClass =
  'fixed inset-0 z-40 bg-black/40 transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0';
export const popupClass =
  'fixed left-1/2 top-[max(1rem,12vh)] z-50 flex max-h-[80vh] w-[calc(100vw-2rem)] -translate-x-1/2 flex-col rounded-xl border bg-raised shadow-2xl transition-all data-[ending-style]:scale-98 data-[ending-style]:opacity-0 data-[starting-style]:scale-98 data-[starting-style]:opacity-0';

interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly wide?: boolean;
  /** What was entered is on its way: closing would not take it back. */
  readonly busy?: boolean;
  readonly children: ReactNode;
}

const Hold = createContext<(isHeld: boolean) => void>(() => undefined);

/** Keeps the dialog around the caller open while `isHeld`. */
export function useHeldDialog(isHeld: boolean): void {
  const hold = useContext(Hold);
  useEffect(() => {
    hold(isHeld);
    return () => hold(false);
  }, [hold, isHeld]);
}

/** Over the page, with the focus kept in it; Escape and the cross close it. */
export function Dialog(props: DialogProps) {
  const { open, onClose, title, description, wide = false, busy = false, children } = props;
  const [isHeld, hold] = useState(false);
  const staysOpen = busy || isHeld;
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && !staysOpen && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={backdropClass} />
        <Base.Popup className={cx(popupClass, 'overflow-hidden', wide ? 'max-w-3xl' : 'max-w-lg')}>
          <div className="flex items-start justify-between gap-4 px-5 pt-4 pb-3">
            <div className="min-w-0">
              <Base.Title className="text-base font-semibold">{title}</Base.Title>
              {description !== undefined && (
                <Base.Description className="mt-0.5 text-muted">{description}</Base.Description>
              )}
            </div>
            <Base.Close disabled={staysOpen} render={<IconButton label="Close" className="-mr-2" />}>
              <X aria-hidden="true" />
            </Base.Close>
          </div>
          <div className="scroll-pb-20 overflow-y-auto px-5 pb-5">
            <Hold value={hold}>{children}</Hold>
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** The buttons at a dialog's end, in sight however long it is. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return (
    <div className="sticky -bottom-5 -mx-5 mt-5 flex last:-mb-5 flex-wrap justify-end gap-2 border-t bg-raised px-5 py-3">
      {children}
    </div>
  );
}
