import { lazy, Suspense } from 'react';

const Markdown = lazy(() => import('./markdown.tsx').then((module) => ({ default: module.Markdown })));

/** What an agent said: as plain text until what shows its form has been loaded. */
export function AnswerText({ text }: { readonly text: string }) {
  if (text === '') return null;
  return (
    <Suspense fallback={<p className="break-words whitespace-pre-wrap">{text}</p>}>
      <Markdown text={text} />
    </Suspense>
  );
}
