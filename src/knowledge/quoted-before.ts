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
  const lengths = repeatedUpTo(
    said.map(({ key }) => key),
    passage.words.map(({ key }) => key),
  );
  let longest = { count: 0, at: 0 };
  for (const [at, count] of lengths.entries())
    if (count > 0 && count >= longest.count) longest = { count, at };
  const first = said[said.length - longest.count];
  const [begin, end] = [passage.words[longest.at - longest.count + 1], passage.words[longest.at]];
  if (longest.count === 0 || !first || !begin || !end) return undefined;
  return {
    start: from + spread(answer.slice(from, marker), first.start),
    documentStart: spread(passage.text, begin.start),
    documentEnd: closed(passage.text, end.end),
  };
}

/**
 * For each word of the passage, how many of the last words said stand there up to it. In time by the sum of both lengths
 * (Z-function): an answer of one word said over and over is read as fast as any other.
 */
function repeatedUpTo(said: readonly string[], words: readonly string[]): readonly number[] {
  const keys = [...said.toReversed(), undefined, ...words.toReversed()];
  const same = new Array<number>(keys.length).fill(0);
  let box = { start: 0, end: 0 };
  for (let at = 1; at < keys.length; at++) {
    let count = at < box.end ? Math.min(box.end - at, same[at - box.start] ?? 0) : 0;
    while (at + count < keys.length && keys[count] === keys[at + count]) count++;
    if (at + count > box.end) box = { start: at, end: at + count };
    same[at] = count;
  }
  return same.slice(said.length + 1).toReversed();
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
