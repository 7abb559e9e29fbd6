import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { formatNumber } from '../../ui/format.ts';
import { Pages } from '../../ui/table.tsx';

const LIMIT = 20;

interface Chunk {
  readonly position: number;
  readonly heading: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The pieces that a search finds: what an agent is given is one or more of them. */
export function Chunks({
  documentId,
  chunks,
}: {
  readonly documentId: string;
  readonly chunks: readonly Chunk[];
}) {
  const [page, setPage] = useState(1);
  return (
    <>
      <ol className="space-y-3">
        {chunks.slice((page - 1) * LIMIT, page * LIMIT).map(({ position, heading, start, end, text }) => (
          <li key={position} className="rounded-xl border bg-panel px-5 py-3.5">
            <div className="mb-1.5 flex flex-wrap justify-between gap-2">
              <h2 className="font-medium">{heading === '' ? `Passage ${position + 1}` : heading}</h2>
              <Link
                to="/knowledge/$id"
                params={{ id: documentId }}
                search={{ start, end }}
                className="text-sm text-muted tabular hover:text-accent hover:underline"
              >
                characters {formatNumber(start)} to {formatNumber(end)}
              </Link>
            </div>
            <p className="break-words whitespace-pre-wrap">{text}</p>
          </li>
        ))}
      </ol>
      <Pages page={page} limit={LIMIT} total={chunks.length} onPage={setPage} />
    </>
  );
}
