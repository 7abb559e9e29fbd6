import { Dialog } from '../ui/dialog.tsx';
import { ScrollBox } from '../ui/scroll-box.tsx';
import { NAV } from './nav.ts';

const KEYS: readonly { keys: readonly string[]; what: string }[] = [
  { keys: ['Ctrl', 'K'], what: 'Search and go anywhere (⌘ K on a Mac)' },
  { keys: ['?'], what: 'These shortcuts' },
  ...NAV.map(({ key, label }) => ({ keys: ['g', key], what: `Go to ${label}` })),
  { keys: ['Enter'], what: 'Send, in a chat; with Shift a new line' },
  { keys: ['Ctrl', 'S'], what: 'Save, in an editor' },
  { keys: ['Esc'], what: 'Close what is open' },
];

export function ShortcutsHelp({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Keyboard shortcuts"
      description="Switch single keys off in Settings."
    >
      <ScrollBox label="Shortcuts" className="max-h-[60vh] overflow-y-auto pr-2">
        <dl className="divide-y">
          {KEYS.map(({ keys, what }) => (
            <div key={what} className="flex items-center justify-between gap-4 py-2">
              <dt>{what}</dt>
              <dd className="flex gap-1">
                {keys.map((key) => (
                  <kbd key={key} className="rounded border bg-hover px-1.5 py-0.5 font-sans text-xs">
                    {key}
                  </kbd>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </ScrollBox>
    </Dialog>
  );
}
