import { meantLineEnds } from './line-ends.ts';

export interface Span {
  readonly start: number;
  readonly end: number;
}

interface Sizes {
  readonly target: number;
  readonly max: number;
}

/** The ends of the pieces that a text may be cut into, the best first. */
const ENDS: readonly ((text: string) => Iterable<number>)[] = [
  endsOf(/\n[ \t]*\n\s*/g),
  (text) => meantLineEnds(text).map(({ index, breaks }) => index + breaks.length),
  endsOf(/[.!?…]["'”’)\]]*\s+|[。！？]["'”’）」』]*/g),
  endsOf(/\n+/g),
  endsOf(/\s+/g),
];

function endsOf(separator: RegExp): (text: string) => Iterable<number> {
  return function* ends(text) {
    for (const match of text.matchAll(separator)) yield match.index + match[0].length;
  };
}

/**
 * Cuts text.slice(start, end) into spans of at most `max` characters that together hold all of it but white space. Spans
 * begin and end with other characters. Blocks (by rising start) are cut only when one alone is longer than `max`.
 */
export function splitText(
  text: string,
  start: number,
  end: number,
  blocks: readonly (readonly [start: number, end: number])[],
  sizes: Sizes,
): Span[] {
  const pieces = cut(text, { start, end }, 0, blocks, sizes);
  return pack(pieces, sizes).flatMap((span) => trim(text, span));
}

function cut(
  text: string,
  span: Span,
  level: number,
  blocks: readonly (readonly [number, number])[],
  sizes: Sizes,
): Span[] {
  if (span.end - span.start <= sizes.target) return [span];
  const endsOfPieces = ENDS[level];
  if (!endsOfPieces) return hardCut(text, span, sizes.target);
  const pieces: Span[] = [];
  let from = span.start;
  let block = firstBlockAfter(blocks, span.start);
  // Matched within the span only: a search that ran on behind it would make a long text without breaks quadratic.
  for (const pieceEnd of endsOfPieces(text.slice(span.start, span.end))) {
    const to = span.start + pieceEnd;
    if (to >= span.end) break;
    while ((blocks[block]?.[1] ?? Number.POSITIVE_INFINITY) < to) block++;
    const [blockStart = 0, blockEnd = 0] = blocks[block] ?? [];
    const inside = blockStart < to && to < blockEnd && blockEnd - blockStart <= sizes.max;
    if (inside) continue;
    pieces.push({ start: from, end: to });
    from = to;
  }
  pieces.push({ start: from, end: span.end });
  return pieces.flatMap((piece) =>
    piece.end - piece.start <= sizes.max && isBlock(piece, blocks)
      ? [piece]
      : cut(text, piece, level + 1, blocks, sizes),
  );
}

/** Joins neighbours up to the target; a short remainder may stretch the one before it up to `max`. */
function pack(pieces: readonly Span[], { target, max }: Sizes): Span[] {
  const packed: Span[] = [];
  for (const piece of pieces) {
    const last = packed.at(-1);
    if (last && piece.end - last.start <= target)
      packed[packed.length - 1] = { start: last.start, end: piece.end };
    else packed.push(piece);
  }
  const remainder = packed.at(-1);
  const before = packed.at(-2);
  if (remainder && before && remainder.end - before.start <= max) {
    packed.splice(-2, 2, { start: before.start, end: remainder.end });
  }
  return packed;
}

function hardCut(text: string, { start, end }: Span, size: number): Span[] {
  const pieces: Span[] = [];
  for (let from = start; from < end; ) {
    let to = Math.min(end, from + size);
    if (to < end && isLowSurrogate(text.charCodeAt(to))) to--;
    pieces.push({ start: from, end: to });
    from = to;
  }
  return pieces;
}

function trim(text: string, span: Span): Span[] {
  let { start, end } = span;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return start < end ? [{ start, end }] : [];
}

function firstBlockAfter(blocks: readonly (readonly [number, number])[], offset: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((blocks[middle]?.[1] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBlock({ start, end }: Span, blocks: readonly (readonly [number, number])[]): boolean {
  const [blockStart, blockEnd] = blocks[firstBlockAfter(blocks, start)] ?? [];
  return blockStart !== undefined && blockEnd !== undefined && blockStart <= start + 2 && blockEnd >= end - 2;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

/** As String.trim sees it. */
function isSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 9 && code <= 13);
  return /\s/.test(String.fromCharCode(code));
}
