import { type Word, wordsOf } from './words.ts';

/** How far before its marker a quotation may begin. */
const MAX_QUOTATION_CHARS = 1_500;
const OPENING = /["'“„«‘([*_`$#]/;
const CLOSING = /["'”’»)\]*_`.!?…%]/;

/** A part of the answer, and the part of the passage that it repeats. */
export interface Quotation {
  readonly start: number;
  readonly documentStart: number;
  readonly documentEnd: number;
}

/**
 * The longest stretch of the answer, right before `marker` and not before `floor`, that stands in the passage word for
 * word: an answer may quote more than one sentence, or a list, and name its passage only at the end. Offsets of the
 * passage are into its text.
 */
export function quotedBefore(
  answer: string,
  { floor, marker }: { readonly floor: number; readonly marker: number },
  passage: { readonly text: string; readonly words: readonly Word[] },
): Quotation | undefined {
  const from = Math.max(floor, marker - MAX_QUOTATION_CHARS);
  const said = wordsOf(answer.slice(from, marker));
  let longest = { count: 0, at: 0 };
  for (let at = passage.words.length - 1; at >= longest.count; at--) {
    let count = 0;
    while (count <= at && isSame(said, count, passage.words, at)) count++;
    if (count > longest.count) longest = { count, at };
  }
  const first = said[said.length - longest.count];
  const [begin, end] = [passage.words[longest.at - longest.count + 1], passage.words[longest.at]];
  if (longest.count === 0 || !first || !begin || !end) return undefined;
  return {
    start: from + spread(answer.slice(from, marker), first.start),
    documentStart: spread(passage.text, begin.start),
    documentEnd: closed(passage.text, end.end),
  };
}

function isSame(said: readonly Word[], back: number, words: readonly Word[], at: number): boolean {
  const word = said[said.length - 1 - back];
  return word !== undefined && word.key === words[at - back]?.key;
}

/** With the marks that open it. */
function spread(text: string, start: number): number {
  let from = start;
  while (from > 0 && OPENING.test(text[from - 1] ?? '')) from--;
  return from;
}

/** With the marks that close it. */
function closed(text: string, end: number): number {
  let to = end;
  while (to < text.length && CLOSING.test(text[to] ?? '')) to++;
  return to;
}
