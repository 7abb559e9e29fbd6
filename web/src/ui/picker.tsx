import { Combobox } from '@base-ui/react/combobox';
import { Check, ChevronsUpDown, Search } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { Field, inputClass } from './field.tsx';

export interface Pick {
  readonly id: string;
  readonly label: string;
  /** Beside it, in few words. */
  readonly aside?: string;
}

interface PickerProps {
  readonly label: string;
  /** What is chosen; null: nothing. */
  readonly value: Pick | null;
  /** What there is for what was typed; whoever uses this does the searching. */
  readonly items: readonly Pick[];
  readonly onType: (text: string) => void;
  readonly onPick: (pick: Pick) => void;
  readonly placeholder?: string;
  readonly empty: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly className?: string | undefined;
}

/** One of many, found by typing: a button that opens a list with a search above it. */
export function Picker(props: PickerProps) {
  const { label, value, items, onType, onPick, placeholder = '', empty, hint, error, className } = props;
  const shown = value?.label ?? placeholder;
  return (
    <Field label={label} hint={hint} error={error} {...(className !== undefined && { className })}>
      {(control) => (
        <Combobox.Root
          items={items}
          filter={null}
          value={value}
          onValueChange={(next: Pick | null) => next && onPick(next)}
          onInputValueChange={onType}
          itemToStringLabel={(item: Pick) => item.label}
          isItemEqualToValue={(item: Pick, chosen: Pick) => item.id === chosen.id}
          autoHighlight
        >
          <Combobox.Trigger
            {...control}
            aria-label={`${label}: ${shown}`}
            className={cx(inputClass, 'flex h-8.5 items-center justify-between gap-2 text-left')}
          >
            <span className={cx('truncate', value === null && 'text-muted')}>{shown}</span>
            <ChevronsUpDown aria-hidden="true" className="size-4 shrink-0 text-muted" />
          </Combobox.Trigger>
          <Combobox.Portal>
            <Combobox.Positioner sideOffset={4} className="z-60">
              <Combobox.Popup
                aria-label={label}
                className="flex max-h-80 w-(--anchor-width) min-w-72 flex-col rounded-lg border bg-raised shadow-xl"
              >
                <div className="flex items-center gap-2 border-b px-3">
                  <Search aria-hidden="true" className="size-4 shrink-0 text-muted" />
                  <Combobox.Input
                    aria-label={`Search: ${label}`}
                    placeholder="Search"
                    spellCheck={false}
                    className="h-9 min-w-0 flex-1 bg-transparent outline-none"
                  />
                </div>
                <Combobox.Empty className="px-3 py-2 text-muted empty:hidden">{empty}</Combobox.Empty>
                <Combobox.List aria-label={label} className="overflow-y-auto p-1 empty:hidden">
                  {(item: Pick) => (
                    <Combobox.Item
                      key={item.id}
                      value={item}
                      className="flex cursor-pointer items-center gap-2 rounded-md px-2 py-1.5 data-[highlighted]:bg-hover"
                    >
                      <span className="min-w-0 flex-1 truncate">{item.label}</span>
                      {item.aside !== undefined && (
                        <span className="max-w-1/2 shrink-0 truncate text-xs text-muted">{item.aside}</span>
                      )}
                      <Combobox.ItemIndicator>
                        <Check aria-hidden="true" className="size-4 text-accent" />
                      </Combobox.ItemIndicator>
                    </Combobox.Item>
                  )}
                </Combobox.List>
              </Combobox.Popup>
            </Combobox.Positioner>
          </Combobox.Portal>
        </Combobox.Root>
      )}
    </Field>
  );
}
