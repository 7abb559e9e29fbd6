import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { toApiError } from '../api/api-error.ts';
import { cx } from './cx.ts';

const manager = Toast.createToastManager();

/** Short words at the edge of the page. What a person must act on stands where they look instead. */
export const toast = {
  done(title: string, description?: string): void {
    manager.add({ title, description, type: 'done' });
  },
  failed(title: string, thrown: unknown): void {
    const { message, requestId } = toApiError(thrown);
    const words = requestId === undefined ? message : `${message} (request ${requestId})`;
    manager.add({ title, description: words, type: 'failed', priority: 'high', timeout: 10_000 });
  },
};

/** Stands once in the page. */
export function Toasts() {
  return (
    <Toast.Provider toastManager={manager} limit={4}>
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-4 z-60 flex w-[calc(100vw-2rem)] max-w-sm flex-col gap-2">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function ToastList() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((each) => (
    <Toast.Root
      key={each.id}
      toast={each}
      className={cx(
        'relative rounded-lg border bg-raised py-3 pr-10 pl-4 shadow-lg transition-all data-[ending-style]:translate-y-2 data-[ending-style]:opacity-0 data-[starting-style]:translate-y-2 data-[starting-style]:opacity-0',
        each.type === 'failed' && 'border-danger',
      )}
    >
      <Toast.Title className={cx('font-medium', each.type === 'failed' && 'text-danger')} />
      <Toast.Description className="text-sm break-words text-muted" />
      <Toast.Close
        aria-label="Dismiss"
        className="absolute top-2 right-2 inline-flex size-7 items-center justify-center rounded-md text-muted hover:bg-hover"
      >
        <X aria-hidden="true" className="size-4" />
      </Toast.Close>
    </Toast.Root>
  ));
}
