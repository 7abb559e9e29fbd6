/** Where a line usually is shorter, its end is the author's: of an entry, a row, a verse. */
const MIN_WIDTH_CHARS = 30;
/** A line that was broken for its length is at least so long, by the usual line. */
const FULL_SHARE = 0.75;
/** Of the lines of wrapped prose at least so many begin with a word that the line before left over. */
const LEFT_OVER_SHARE = 0.25;
/** So much of a line tells how it begins. */
const HEAD_CHARS = 80;

const ENTRY = /^\s*(?:[-*+•·–—#>|]|\(?(?:\p{L}\)|\d{1,3}[.)])\s)/u;
/** Scripts without small letters count as such. */
const SMALL_LETTER = /^\s*[\p{Ll}\p{Lo}]/u;
/** As records have: `unit price: 5`. */
const FIELD = /^[^\n:]{1,60}:\s/;
const UNFINISHED = /[\p{L}\p{M}\p{N},-]$/u;

interface LineEnd {
  readonly index: number;
  /** One line break, or many in a row. */
  readonly breaks: string;
}

/**
 * The line ends of a text that somebody meant: all of them, but those of prose that was wrapped at some width, where a full
 * line ends in the middle of a sentence.
 */
export function meantLineEnds(text: string): LineEnd[] {
  const ends = [...text.matchAll(/\n+/g)].map((match) => ({ index: match.index, breaks: match[0] }));
  const lengths = Uint32Array.from(ends, ({ index }, at) => index - startOfLine(ends, at));
  const width = lengths.toSorted()[lengths.length >> 1] ?? 0;
  if (width < MIN_WIDTH_CHARS) return ends;
  const isFull = (at: number) => (lengths[at] ?? 0) >= width * FULL_SHARE && ends[at]?.breaks === '\n';
  const leftOver = ends.filter((end, at) => isFull(at) && leavesWordsOver(text, end)).length;
  if (leftOver < ends.length * LEFT_OVER_SHARE) return ends;
  return ends.filter((end, at) => !isFull(at) || ENTRY.test(headAfter(text, end)));
}

function leavesWordsOver(text: string, end: LineEnd): boolean {
  const next = headAfter(text, end);
  return (
    UNFINISHED.test(text.slice(Math.max(0, end.index - 2), end.index)) &&
    SMALL_LETTER.test(next) &&
    !ENTRY.test(next) &&
    !FIELD.test(next)
  );
}

function headAfter(text: string, { index, breaks }: LineEnd): string {
  const start = index + breaks.length;
  return text.slice(start, start + HEAD_CHARS);
}

function startOfLine(ends: readonly LineEnd[], at: number): number {
  const before = ends[at - 1];
  return before ? before.index + before.breaks.length : 0;
}
