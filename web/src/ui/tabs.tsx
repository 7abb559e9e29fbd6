import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

interface Tab<Name extends string> {
  readonly name: Name;
  readonly label: string;
  readonly content: ReactNode;
}

interface TabsProps<Name extends string> {
  /** What the tabs choose among, for screen readers. */
  readonly label: string;
  readonly tabs: readonly Tab<Name>[];
  readonly value: Name;
  readonly onChange: (name: Name) => void;
}

export function Tabs<Name extends string>({ label, tabs, value, onChange }: TabsProps<Name>) {
  return (
    <Base.Root
      value={value}
      onValueChange={(next: unknown) => {
        const chosen = tabs.find(({ name }) => name === next);
        if (chosen) onChange(chosen.name);
      }}
    >
      <Base.List aria-label={label} className="flex gap-1 overflow-x-auto border-b">
        {tabs.map(({ name, label: words }) => (
          <Base.Tab
            key={name}
            value={name}
            className="-mb-px h-9 shrink-0 border-b-2 border-transparent px-2.5 font-medium text-muted transition-colors hover:text-text data-active:border-accent data-active:text-text"
          >
            {words}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map(({ name, content }) => (
        <Base.Panel key={name} value={name} className="pt-5">
          {content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
