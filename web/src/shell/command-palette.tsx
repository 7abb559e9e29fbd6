import { Dialog } from '@base-ui/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Activity, Bot, type LucideIcon, MessagesSquare, Search, Settings, UsersRound } from 'lucide-react';
import { type KeyboardEvent, useId, useState } from 'react';
import { api, ask } from '../api/api.ts';
import { useSections } from '../pages/settings/use-sections.ts';
import { cx } from '../ui/cx.ts';
import { backdropClass, popupClass } from '../ui/dialog.tsx';
import { NAV } from './nav.ts';
import { useFoundWork } from './use-found-work.ts';

interface Command {
  readonly id: string;
  readonly label: string;
  readonly kind: string;
  readonly icon: LucideIcon;
  readonly to: string;
}

const PAGES: readonly Command[] = NAV.map(({ label, to, icon }) => ({
  id: to,
  label,
  kind: 'Page',
  icon,
  to,
}));

const toCommand = ({ label, to }: { readonly label: string; readonly to: string }): Command => ({
  id: to,
  label,
  kind: 'Settings',
  icon: Settings,
  to,
});

export function CommandPalette({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdropClass} />
        <Dialog.Popup aria-label="Search" className={cx(popupClass, 'max-w-xl overflow-hidden')}>
          <Palette onClose={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Palette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [chosenId, choose] = useState<string>();
  const listId = useId();
  const navigate = useNavigate();
  const agents = useQuery({
    queryKey: ['agents', 'search', text],
    queryFn: () =>
      ask(api.GET('/agents', { params: { query: { limit: 8, ...(text !== '' && { q: text }) } } })),
    placeholderData: (before) => before,
  });
  const crews = useQuery({
    queryKey: ['crews', 'search', text],
    queryFn: () =>
      ask(api.GET('/crews', { params: { query: { limit: 8, ...(text !== '' && { q: text }) } } })),
    placeholderData: (before) => before,
  });
  const work = useFoundWork(text);
  const sections = useSections();
  const wanted = text.toLowerCase();
  const fits = ({ label }: { readonly label: string }) => label.toLowerCase().includes(wanted);
  const isLooking = agents.isFetching || crews.isFetching || work.isLooking;
  const found: Command[] = [
    ...[...PAGES, ...sections.map(toCommand)].filter(
      // What is within Settings is for who looks for it.
      (page, index) => (wanted !== '' || index < PAGES.length) && fits(page),
    ),
    // Until there is a reply to what is typed now, what is left of the last one: Enter goes to nothing else.
    ...(agents.data?.agents ?? [])
      .map(({ id, name }) => ({ id, label: name, kind: 'Agent', icon: Bot, to: `/agents/${id}` }))
      .filter((agent) => !agents.isPlaceholderData || fits(agent)),
    ...(crews.data?.crews ?? [])
      .map(({ id, name }) => ({ id, label: name, kind: 'Crew', icon: UsersRound, to: `/crews/${id}` }))
      .filter((crew) => !crews.isPlaceholderData || fits(crew)),
    ...work.runs.map(({ id, label }) => ({ id, label, kind: 'Run', icon: Activity, to: `/runs/${id}` })),
    ...work.conversations.map(({ id, label }) => ({
      ...{ id, label, kind: 'Conversation', icon: MessagesSquare },
      to: `/conversations/${id}`,
    })),
  ];
  // What is chosen stays chosen when more is found above it; until a choice is made, that is what was shown first.
  const kept = found.findIndex(({ id }) => id === chosenId);
  const first = found[0]?.id;
  if (kept === -1 && first !== chosenId) choose(first);
  const chosen = Math.max(0, kept);
  const idOf = (index: number) => `${listId}-${index}`;

  const go = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    void navigate({ to: command.to });
  };
  const onKey = (event: KeyboardEvent) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined) {
      event.preventDefault();
      choose(found.at((chosen + move) % Math.max(1, found.length))?.id);
    } else if (event.key === 'Enter') go(found[chosen]);
  };

  return (
    <>
      <div className="flex items-center gap-2.5 border-b px-4">
        <Search aria-hidden="true" className="size-4 text-muted" />
        <input
          role="combobox"
          aria-label="Search pages, agents, crews, runs and words that were said"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={found.length > 0 ? idOf(chosen) : undefined}
          placeholder="Search pages, agents, crews, runs and words that were said"
          value={text}
          onChange={({ target }) => {
            setText(target.value);
            choose(undefined);
          }}
          onKeyDown={onKey}
          className="h-12 flex-1 bg-transparent outline-none"
        />
      </div>
      <div id={listId} role="listbox" aria-label="Found" className="max-h-80 overflow-y-auto p-1.5">
        {found.map(({ icon: Icon, ...command }, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input above has the focus and takes the keys
          <div
            key={command.id}
            id={idOf(index)}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            onClick={() => go(found[index])}
            onMouseMove={() => choose(command.id)}
            className="flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 aria-selected:bg-hover"
          >
            <Icon aria-hidden="true" className="size-4 text-muted" />
            <span className="min-w-0 flex-1 truncate">{command.label}</span>
            <span className="text-xs text-muted">{command.kind}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && (
        <p className="px-4 pb-4 text-muted">{isLooking ? 'Looking…' : 'Nothing found.'}</p>
      )}
    </>
  );
}
