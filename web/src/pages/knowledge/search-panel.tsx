import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, ask } from '../../api/api.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/page.tsx';
import { bestWindow } from './best-window.ts';
import { Highlighted, matchedWords } from './highlighted.tsx';

/** What the agent itself would find for a question, with how well each passage fits and which words led to it. */
export function SearchPanel({ agentId }: { readonly agentId: string }) {
  const [query, setQuery] = useState('');
  const search = useMutation({
    mutationFn: (text: string) =>
      ask(
        api.POST('/agents/{id}/search', {
          params: { path: { id: agentId } },
          body: { query: text, limit: 8 },
        }),
      ),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    search.mutate(query);
  };
  const best = Math.max(...(search.data?.results.map(({ score }) => score) ?? []), 0);
  return (
    <Panel title="Try a search" lead="The passages that the agent would be given for a question.">
      <form onSubmit={submit} className="flex items-end gap-2">
        <TextField
          label="Question"
          required
          className="flex-1"
          value={query}
          onChange={({ target }) => setQuery(target.value)}
        />
        <Button type="submit" look="primary" busy={search.isPending}>
          Search
        </Button>
      </form>
      <div aria-live="polite" className="mt-4 space-y-3">
        {search.isError && <ErrorPanel error={search.error} />}
        {search.data?.results.length === 0 && (
          <p className="text-muted">
            Nothing fits. The agent would say that its documents do not tell. Try the words that the documents
            use.
          </p>
        )}
        <ol className="space-y-3">
          {search.data?.results.map(({ document_id, document, heading, text, score, start, end }) => {
            const words = matchedWords(search.variables ?? '', text);
            const { from, to } = bestWindow(text, words);
            return (
              <li key={`${document_id} ${start}`} className="rounded-lg border px-4 py-3">
                <div className="mb-1.5 flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
                  <Link
                    to="/knowledge/$id"
                    params={{ id: document_id }}
                    search={{ start, end }}
                    className="min-w-0 font-medium hover:text-accent hover:underline"
                  >
                    {heading === '' ? document : `${document} › ${heading}`}
                  </Link>
                  <span className="flex items-center gap-2 text-sm text-muted tabular">
                    <meter aria-label="Score" min={0} max={best} value={score} className="h-2 w-16" />
                    score {score.toPrecision(3)}
                  </span>
                </div>
                <p className="break-words whitespace-pre-wrap">
                  {from > 0 && '… '}
                  <Highlighted text={text.slice(from, to)} words={words} />
                  {to < text.length && ' …'}
                </p>
                <p className="mt-1.5 text-sm text-muted">
                  {words.length === 0
                    ? 'Found by words of the same stem or by its title.'
                    : `Because of: ${words.join(', ')}`}
                </p>
              </li>
            );
          })}
        </ol>
      </div>
    </Panel>
  );
}
