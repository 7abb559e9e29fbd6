import type { Extraction, Heading } from './extract/extraction.ts';
import { CHUNK_MAX_CHARS, CHUNK_TARGET_CHARS } from './limits.ts';
import { splitText } from './split-text.ts';

/** A chunk without its text, which is the document's text from `start` to `end`. */
export interface ChunkSpan {
  readonly start: number;
  readonly end: number;
  readonly heading: string;
}

/** Between the titles of a heading path. */
export const PATH_SEPARATOR = ' › ';
const MAX_HEADING_CHARS = 300;

interface Section {
  readonly start: number;
  readonly end: number;
  readonly path: string;
}

/**
 * Cuts a text into chunks that hold all of it but white space, none longer than CHUNK_MAX_CHARS, none across a heading,
 * each as near to CHUNK_TARGET_CHARS as paragraphs, sentences and words (in that order) allow. Chunks do not overlap:
 * each carries the path of its headings, which says more of where it belongs than the end of its neighbour would.
 */
export function chunkText({ text, headings, blocks = [] }: Extraction): ChunkSpan[] {
  return sectionsOf(text, headings).flatMap(({ start, end, path }) =>
    splitText(text, start, end, blocks, { target: CHUNK_TARGET_CHARS, max: CHUNK_MAX_CHARS }).map((span) => ({
      ...span,
      heading: path,
    })),
  );
}

/** The text cut at its headings. A heading with nothing under it goes with what follows it. */
function sectionsOf(text: string, headings: readonly Heading[]): Section[] {
  const sections: Section[] = [];
  const path: Heading[] = [];
  let start = 0;
  let current = '';
  const close = (end: number) => {
    if (end > start) sections.push({ start, end, path: current });
  };
  for (const [index, heading] of headings.entries()) {
    const above = headings[index - 1];
    const isFirstUnderTitle = above && heading.level > above.level && isBare(text, above, heading.offset);
    if (!isFirstUnderTitle || heading.offset - start > CHUNK_TARGET_CHARS / 2) {
      close(heading.offset);
      start = heading.offset;
    }
    while (path.length > 0 && (path.at(-1)?.level ?? 0) >= heading.level) path.pop();
    path.push(heading);
    current = path
      .map(({ title }) => title)
      .join(PATH_SEPARATOR)
      .slice(0, MAX_HEADING_CHARS)
      .toWellFormed();
  }
  close(text.length);
  return sections;
}

/** Whether there is only the heading itself between it and `end`. */
function isBare(text: string, heading: Heading, end: number): boolean {
  if (end - heading.offset > heading.title.length * 2 + 80) return false;
  const lines = text.slice(heading.offset, end).split('\n').slice(1);
  return lines.every((line) => /^[\s=-]*$/.test(line));
}
