import { Link } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { AccountMenu } from './account-menu.tsx';
import { Logo } from './logo.tsx';
import { NAV } from './nav.ts';

interface SidebarProps {
  readonly onSearch: () => void;
  readonly onHelp: () => void;
  /** On a phone, where choosing closes it. */
  readonly onChoose?: () => void;
}

export function Sidebar({ onSearch, onHelp, onChoose }: SidebarProps) {
  return (
    <div className="flex h-full flex-col gap-1 p-3">
      <div className="px-2 py-2">
        <Logo />
      </div>
      <button
        type="button"
        onClick={onSearch}
        className="mb-2 flex h-8.5 items-center gap-2 rounded-md border bg-panel px-2.5 text-muted hover:border-line-strong"
      >
        <Search aria-hidden="true" className="size-4" />
        <span className="flex-1 text-left">Search</span>
        <kbd className="font-sans text-xs">Ctrl K</kbd>
      </button>
      <nav aria-label="Main" className="flex-1 overflow-y-auto">
        <ul className="space-y-0.5">
          {NAV.map(({ label, to, icon: Icon }) => (
            <li key={to}>
              <Link
                to={to}
                activeOptions={{ exact: to === '/' }}
                {...(onChoose && { onClick: onChoose })}
                className="flex h-8.5 items-center gap-2.5 rounded-md px-2.5 text-muted transition-colors hover:bg-hover hover:text-text"
                activeProps={{ className: 'bg-hover !text-text font-medium' }}
              >
                <Icon aria-hidden="true" className="size-4" />
                {label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <AccountMenu onHelp={onHelp} />
    </div>
  );
}
