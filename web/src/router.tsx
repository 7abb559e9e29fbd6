import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { SectionGate } from './pages/settings/section-gate.tsx';
import { PageFailed } from './shell/page-failed.tsx';
import { Shell } from './shell/shell.tsx';
import { ConfirmDialog } from './ui/confirm.tsx';
import { Loading } from './ui/skeleton.tsx';
import { Toasts } from './ui/toast.tsx';

const root = createRootRoute({
  component: () => (
    <>
      <Outlet />
      <ConfirmDialog />
      <Toasts />
    </>
  ),
  notFoundComponent: NotFound,
});
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });

type PageModule = Promise<{ Page: () => React.ReactNode }>;

/** A page of its own, such as for signing in. */
const outside = <const Path extends string>(path: Path, load: () => PageModule) =>
  createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load, 'Page') });
/** A page within the shell, for those who are signed in. Loaded when it is first gone to. */
const page = <const Path extends string>(path: Path, load: () => PageModule) =>
  createRoute({ getParentRoute: () => shell, path, component: lazyRouteComponent(load, 'Page') });

const sections = createRoute({ getParentRoute: () => shell, id: 'sections', component: SectionGate });
/** A part of Settings; whose role may not open it is told so. */
const section = <const Path extends string>(path: Path, load: () => PageModule) =>
  createRoute({ getParentRoute: () => sections, path, component: lazyRouteComponent(load, 'Page') });

/** Where a page was once. */
const moved = <const Path extends string>(path: Path, to: string) =>
  createRoute({
    getParentRoute: () => shell,
    path,
    beforeLoad: () => {
      throw redirect({ to, replace: true });
    },
  });

/** Every page of the console. Its first part is known to the server too: src/http/console/console-pages.ts. */
const routes = root.addChildren([
  outside('/login', () => import('./pages/login/page.tsx')),
  outside('/setup', () => import('./pages/setup/page.tsx')),
  shell.addChildren([
    page('/', () => import('./pages/overview/page.tsx')),
    page('/agents', () => import('./pages/agents/page.tsx')),
    page('/agents/$id', () => import('./pages/agent/page.tsx')),
    page('/crews', () => import('./pages/crews/page.tsx')),
    page('/crews/$id', () => import('./pages/crew/page.tsx')),
    page('/runs', () => import('./pages/runs/page.tsx')),
    page('/runs/$id', () => import('./pages/run/page.tsx')),
    page('/schedules', () => import('./pages/schedules/page.tsx')),
    page('/conversations', () => import('./pages/conversations/page.tsx')),
    page('/conversations/$id', () => import('./pages/conversation/page.tsx')),
    page('/knowledge', () => import('./pages/knowledge/page.tsx')),
    page('/knowledge/$id', () => import('./pages/document/page.tsx')),
    page('/tools', () => import('./pages/tools/page.tsx')),
    page('/keys', () => import('./pages/keys/page.tsx')),
    page('/usage', () => import('./pages/usage/page.tsx')),
    page('/settings', () => import('./pages/settings/page.tsx')),
    moved('/settings/schedules', '/schedules'),
    sections.addChildren([
      section('/settings/people', () => import('./pages/settings/people/page.tsx')),
      section('/settings/models', () => import('./pages/settings/models/page.tsx')),
      section('/settings/webhooks', () => import('./pages/settings/webhooks/page.tsx')),
      section('/settings/webhooks/$id', () => import('./pages/settings/webhooks/webhook-page.tsx')),
      section('/settings/widget', () => import('./pages/settings/widget/page.tsx')),
      section('/settings/sandbox', () => import('./pages/settings/sandbox/page.tsx')),
      section('/settings/audit', () => import('./pages/settings/audit/page.tsx')),
      section('/settings/accounts', () => import('./pages/settings/accounts/page.tsx')),
      section('/settings/account', () => import('./pages/settings/account/page.tsx')),
    ]),
  ]),
]);

export const router = createRouter({
  routeTree: routes,
  defaultPreload: 'intent',
  defaultPendingComponent: () => (
    <div className="p-8">
      <Loading />
    </div>
  ),
  defaultErrorComponent: PageFailed,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

function NotFound() {
  return (
    <main className="mx-auto max-w-md px-4 py-24 text-center">
      <h1 className="text-xl font-semibold">There is no such page</h1>
      <p className="mt-1 text-muted">
        It may have been moved or deleted.{' '}
        <Link to="/" className="text-accent underline">
          Go to the overview
        </Link>
      </p>
    </main>
  );
}
