import { diffLines } from 'diff';
import { cx } from './cx.ts';
import { ScrollBox } from './scroll-box.tsx';

interface TextDiffProps {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

/** Two texts line by line: what went is marked with −, what came with +. */
export function TextDiff({ label, before, after }: TextDiffProps) {
  const lines = diffLines(`${before}\n`, `${after}\n`).flatMap(({ value, added, removed }) =>
    value
      .replace(/\n$/, '')
      .split('\n')
      .map((text) => ({ text, mark: added ? '+' : removed ? '−' : ' ' })),
  );
  return (
    <ScrollBox
      label={label}
      className="max-h-72 overflow-auto rounded-lg border bg-code font-mono text-xs leading-relaxed"
    >
      {lines.map(({ text, mark }, index) => (
        <p
          // biome-ignore lint/suspicious/noArrayIndexKey: lines may be equal and do not move
          key={index}
          className={cx(
            'px-3 break-words whitespace-pre-wrap',
            mark === '+' && 'bg-ok-soft text-ok',
            mark === '−' && 'bg-danger-soft text-danger',
          )}
        >
          <span className="select-none">{mark} </span>
          {text}
        </p>
      ))}
    </ScrollBox>
  );
}
