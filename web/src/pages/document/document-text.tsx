import { FileText } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { formatNumber } from '../../ui/format.ts';

/** So much is shown at once; browsers become slow with whole books. */
const AT_ONCE = 60_000;

interface DocumentTextProps {
  readonly text: string;
  /** Marked, and scrolled to. */
  readonly passage: { readonly start: number; readonly end: number } | undefined;
}

export function DocumentText({ text, passage }: DocumentTextProps) {
  const [all, setAll] = useState(false);
  const mark = useRef<HTMLElement>(null);
  useEffect(() => {
    mark.current?.scrollIntoView({ block: 'center' });
  }, []);
  if (text === '') {
    return (
      <Empty icon={FileText} title="No text">
        Nothing could be read of this document. A scan needs its text recognised before it is added.
      </Empty>
    );
  }
  const around = passage ? Math.max(0, passage.start - AT_ONCE / 2) : 0;
  const from = all ? 0 : around;
  const to = all ? text.length : Math.min(text.length, around + AT_ONCE);
  const { start, end } = passage ?? { start: to, end: to };
  return (
    <>
      {(from > 0 || to < text.length) && (
        <p className="mb-3 flex flex-wrap items-center gap-3 text-muted">
          Characters {formatNumber(from)} to {formatNumber(to)} of {formatNumber(text.length)}
          <Button size="small" onClick={() => setAll(true)}>
            Show all of it
          </Button>
        </p>
      )}
      <div className="rounded-xl border bg-panel px-5 py-4 leading-relaxed break-words whitespace-pre-wrap">
        {text.slice(from, start)}
        {passage && (
          <mark ref={mark} className="scroll-m-20">
            {text.slice(start, end)}
          </mark>
        )}
        {text.slice(end, to)}
      </div>
    </>
  );
}
