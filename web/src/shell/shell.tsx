import { Dialog } from '@base-ui/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useLocation, useRouter } from '@tanstack/react-router';
import { Menu as MenuIcon } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { toApiError } from '../api/api-error.ts';
import { SessionEndedDialog } from '../session/session-ended-dialog.tsx';
import { meQuery } from '../session/use-me.ts';
import { IconButton } from '../ui/button.tsx';
import { backdropClass } from '../ui/dialog.tsx';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { Loading } from '../ui/skeleton.tsx';
import { Logo } from './logo.tsx';
import { SandboxBanner } from './sandbox-banner.tsx';
import { ServerBanner } from './server-banner.tsx';
import { useShortcuts } from './shortcuts.ts';
import { Sidebar } from './sidebar.tsx';

const CommandPalette = lazy(() =>
  import('./command-palette.tsx').then((m) => ({ default: m.CommandPalette })),
);
const ShortcutsHelp = lazy(() => import('./shortcuts-help.tsx').then((m) => ({ default: m.ShortcutsHelp })));

/** What is around every page of somebody who is signed in; who is not is led to sign in first. */
export function Shell() {
  const me = useQuery(meQuery);
  if (me.data) return <SignedIn />;
  if (me.isError && toApiError(me.error).status === 401) {
    return <LeadToSignIn />;
  }
  return (
    <main className="mx-auto max-w-lg px-4 py-24">
      {me.isError ? (
        <ErrorPanel
          error={me.error}
          title="The console could not be opened."
          onRetry={() => void me.refetch()}
        />
      ) : (
        <Loading />
      )}
    </main>
  );
}

/** Once: while the form is being loaded this stays in the page, with the address of the form already. */
function LeadToSignIn() {
  const router = useRouter();
  useEffect(() => {
    const { href } = router.state.location;
    void router.navigate({ to: '/login', search: href === '/' ? {} : { next: href }, replace: true });
  }, [router]);
  return null;
}

/** Keyboards and screen readers go on in the new page, not where the link to it was. */
function useFocusOnNewPage(): void {
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    document.getElementById('main')?.focus({ preventScroll: true });
  }, [pathname]);
}

function SignedIn() {
  const [open, setOpen] = useState<'palette' | 'help' | 'menu'>();
  const close = () => setOpen(undefined);
  useFocusOnNewPage();
  useShortcuts({ palette: () => setOpen('palette'), help: () => setOpen('help') });
  const sidebar = { onSearch: () => setOpen('palette'), onHelp: () => setOpen('help') };
  return (
    <div className="md:grid md:grid-cols-[13.5rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only z-60 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <aside aria-label="Sidebar" className="sticky top-0 hidden h-dvh border-r md:block">
        <Sidebar {...sidebar} />
      </aside>
      <header className="sticky top-0 z-20 flex h-12 items-center gap-2 border-b bg-panel px-2 md:hidden">
        <IconButton label="Open the menu" onClick={() => setOpen('menu')}>
          <MenuIcon aria-hidden="true" />
        </IconButton>
        <Logo />
      </header>
      <Dialog.Root open={open === 'menu'} onOpenChange={(next) => !next && close()}>
        <Dialog.Portal>
          <Dialog.Backdrop className={backdropClass} />
          <Dialog.Popup
            aria-label="Menu"
            className="fixed inset-y-0 left-0 z-50 w-64 border-r bg-bg transition-transform data-[ending-style]:-translate-x-full data-[starting-style]:-translate-x-full"
          >
            <Sidebar {...sidebar} onChoose={close} />
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
      <div className="min-w-0">
        <SandboxBanner />
        <ServerBanner />
        <main id="main" tabIndex={-1} className="outline-none">
          <Outlet />
        </main>
      </div>
      <Suspense>
        {open === 'palette' && <CommandPalette open onClose={close} />}
        {open === 'help' && <ShortcutsHelp open onClose={close} />}
      </Suspense>
      <SessionEndedDialog />
    </div>
  );
}
