import { type ReactNode, useEffect } from 'react';
import { UpLink } from './up-link.tsx';

interface PageProps {
  readonly title: string;
  /** One sentence on what this page is for. */
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Editors and canvases take the whole width. */
  readonly wide?: boolean;
}

/** The frame of a page: its title in the page and in the browser's tab, what can be done, and the content. */
export function PageFrame({ title, lead, actions, children, wide = false }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Muster`;
  }, [title]);
  return (
    <div className={wide ? 'px-4 py-5 md:px-6' : 'mx-auto max-w-5xl px-4 py-6 md:px-8'}>
      <header className="mb-5 flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
        <div className="min-w-0">
          <UpLink />
          <h1 className="text-xl font-semibold break-words">{title}</h1>
          {lead !== undefined && <p className="mt-0.5 max-w-2xl text-muted">{lead}</p>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a page with a title of its own. */
export function Panel(props: {
  readonly title?: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className="rounded-xl border bg-panel p-5">
      {props.title !== undefined && <h2 className="font-semibold">{props.title}</h2>}
      {props.lead !== undefined && <p className="text-muted">{props.lead}</p>}
      <div className={props.title === undefined ? '' : 'mt-4'}>{props.children}</div>
    </section>
  );
}
