import { lazy, Suspense } from 'react';
import { LongText } from '../ui/long-text.tsx';

const Markdown = lazy(() => import('./markdown.tsx').then((module) => ({ default: module.Markdown })));

/** What an agent said: as plain text until what shows its form has been loaded. */
export function AnswerText({ text }: { readonly text: string }) {
  if (text === '') return null;
  return (
    <LongText text={text}>
      {(shown) => (
        <Suspense fallback={<p className="break-words whitespace-pre-wrap">{shown}</p>}>
          <Markdown text={shown} />
        </Suspense>
      )}
    </LongText>
  );
}
