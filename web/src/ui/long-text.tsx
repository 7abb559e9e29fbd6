import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import { cutText, SHOWN_CHARACTERS } from './cut-text.ts';
import { formatNumber } from './format.ts';

interface LongTextProps {
  readonly text: string;
  /** How it is shown, or as much of it as is shown at first. */
  readonly children: (shown: string) => ReactNode;
}

/** A text that may be of any length: its beginning, and all of it when somebody wants it. */
export function LongText({ text, children }: LongTextProps) {
  const [isWhole, setWhole] = useState(false);
  if (isWhole || text.length <= SHOWN_CHARACTERS) return children(text);
  return (
    <>
      {children(cutText(text))}
      <Button size="small" className="mt-2" onClick={() => setWhole(true)}>
        Show all ({formatNumber(text.length)} characters)
      </Button>
    </>
  );
}
