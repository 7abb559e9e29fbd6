import { Menu } from '@base-ui/react/menu';
import { Link } from '@tanstack/react-router';
import { BookOpen, ChevronsUpDown, Keyboard, LogOut, Monitor, Moon, Sun, UserRound } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { signOut } from '../session/sign-in.ts';
import { useMe } from '../session/use-me.ts';
import { toast } from '../ui/toast.tsx';
import { setTheme, type Theme, useTheme } from './theme.ts';

const itemClass =
  'flex h-8 w-full items-center gap-2.5 rounded-md px-2 text-left outline-none data-[highlighted]:bg-hover [&_svg]:size-4 [&_svg]:text-muted';

const THEMES: readonly { theme: Theme; label: string; icon: ReactNode }[] = [
  { theme: 'system', label: 'As the system', icon: <Monitor aria-hidden="true" /> },
  { theme: 'light', label: 'Light', icon: <Sun aria-hidden="true" /> },
  { theme: 'dark', label: 'Dark', icon: <Moon aria-hidden="true" /> },
];

/** Who is signed in, and what belongs to the person rather than to a page. */
export function AccountMenu({ onHelp }: { readonly onHelp: () => void }) {
  const me = useMe();
  const theme = useTheme();
  // Beside its button, so that it lies within a part of the page that has a name.
  const [place, setPlace] = useState<HTMLElement | null>(null);
  const leave = () =>
    signOut().then(
      () => location.assign('/login'),
      (error: unknown) => toast.failed('Could not sign out', error),
    );
  return (
    <div ref={setPlace}>
      <Menu.Root>
        <Menu.Trigger className="flex w-full items-center gap-2 rounded-md px-2 py-1.5 text-left hover:bg-hover">
          <span className="min-w-0 flex-1">
            <span className="block truncate font-medium">{me.name === '' ? me.email : me.name}</span>
            <span className="block truncate text-xs text-muted">
              {me.account.name} · {me.role}
            </span>
          </span>
          <ChevronsUpDown aria-hidden="true" className="size-4 shrink-0 text-muted" />
        </Menu.Trigger>
        <Menu.Portal container={place}>
          <Menu.Positioner side="top" align="start" sideOffset={6} className="z-60">
            <Menu.Popup className="w-56 rounded-lg border bg-raised p-1 shadow-xl outline-none">
              <Menu.Item className={itemClass} render={<Link to="/settings/account" />}>
                <UserRound aria-hidden="true" /> Your account
              </Menu.Item>
              <Menu.Item className={itemClass} render={<a href="/docs">API reference</a>}>
                <BookOpen aria-hidden="true" /> API reference
              </Menu.Item>
              <Menu.Item className={itemClass} onClick={onHelp}>
                <Keyboard aria-hidden="true" /> Keyboard shortcuts
              </Menu.Item>
              <Menu.Separator className="my-1 h-px bg-line" />
              <Menu.RadioGroup value={theme} onValueChange={setTheme} aria-label="Theme">
                {THEMES.map(({ theme: each, label, icon }) => (
                  <Menu.RadioItem key={each} value={each} className={itemClass}>
                    {icon} {label}
                    <Menu.RadioItemIndicator className="ml-auto size-1.5 rounded-full bg-accent" />
                  </Menu.RadioItem>
                ))}
              </Menu.RadioGroup>
              <Menu.Separator className="my-1 h-px bg-line" />
              <Menu.Item className={itemClass} onClick={leave}>
                <LogOut aria-hidden="true" /> Sign out
              </Menu.Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
    </div>
  );
}
