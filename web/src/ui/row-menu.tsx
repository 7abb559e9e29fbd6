import { Menu } from '@base-ui/react/menu';
import { Ellipsis } from 'lucide-react';
import { IconButton } from './button.tsx';
import { cx } from './cx.ts';

interface RowMenuItem {
  readonly label: string;
  readonly danger?: boolean;
  readonly onChoose: () => void;
}

interface RowMenuProps {
  /** Whose actions they are: "Actions for website". */
  readonly label: string;
  readonly items: readonly RowMenuItem[];
}

/** What can be done with one line of a table, or beside the few things that are done most on a page; what is dangerous stands last. */
export function RowMenu({ label, items }: RowMenuProps) {
  return (
    <Menu.Root>
      <Menu.Trigger render={<IconButton label={label} />}>
        <Ellipsis aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner side="bottom" align="end" sideOffset={4} className="z-60">
          <Menu.Popup className="min-w-36 rounded-lg border bg-raised p-1 shadow-xl outline-none">
            {items.map(({ label: words, danger, onChoose }) => (
              <Menu.Item
                key={words}
                onClick={onChoose}
                className={cx(
                  'flex h-8 items-center rounded-md px-2 outline-none data-[highlighted]:bg-hover',
                  danger && 'text-danger',
                  danger && items.length > 1 && 'mt-1 border-t',
                )}
              >
                {words}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
