import { type ReactNode, useEffect } from 'react';
import { Logo } from './logo.tsx';

/** The frame of the pages before the shell: one form in the middle. */
export function Door({
  title,
  lead,
  children,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Muster`;
  }, [title]);
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center px-4 py-10">
      <Logo />
      <h1 className="mt-6 text-xl font-semibold">{title}</h1>
      {lead !== undefined && <p className="mt-1 text-muted">{lead}</p>}
      <div className="mt-5">{children}</div>
    </main>
  );
}
