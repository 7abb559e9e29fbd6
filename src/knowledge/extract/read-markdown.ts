import { cleanText, decodeText } from './decode-text.ts';
import type { Extraction, Heading } from './extraction.ts';

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const ATX = /^ {0,3}(#{1,6})[ \t]/;
const SETEXT = /^ {0,3}(=+|-+)[ \t]*$/;
/** A longer line is no heading, and not worth matching patterns against. */
const MAX_HEADING_LINE = 500;
/** Lines that cannot be the text of an underlined heading. */
const NOT_A_PARAGRAPH = /^\s*$|^ {4}|^\t|^ {0,3}(>|#{1,6}\s|[-*+]\s|\d+[.)]\s|\||```|~~~)/;

/** Markdown as it is written; its headings are found, its fenced code is kept whole and not searched for headings. */
export function readMarkdown(bytes: Uint8Array): Extraction {
  return parseMarkdown(cleanText(decodeText(bytes)));
}

export function parseMarkdown(text: string): Extraction {
  const headings: Heading[] = [];
  const blocks: [number, number][] = [];
  let fence: { marker: string; start: number } | undefined;
  let previous: { line: string; offset: number } | undefined;
  let offset = skipFrontMatter(text);
  while (offset < text.length) {
    const lineEnd = text.indexOf('\n', offset);
    const end = lineEnd === -1 ? text.length : lineEnd;
    const line = text.slice(offset, Math.min(end, offset + MAX_HEADING_LINE + 1));
    const fenceMarker = FENCE.exec(line)?.[1];
    if (fence) {
      if (fenceMarker && closes(fence.marker, fenceMarker, line)) {
        blocks.push([fence.start, end]);
        fence = undefined;
      }
      previous = undefined;
    } else if (fenceMarker) {
      fence = { marker: fenceMarker, start: offset };
      previous = undefined;
    } else {
      const heading = atxHeading(line, offset) ?? setextHeading(line, previous);
      if (heading) headings.push(heading);
      previous = heading ? undefined : { line, offset };
    }
    offset = end + 1;
  }
  if (fence) blocks.push([fence.start, text.length]);
  return { text, headings, blocks };
}

function closes(open: string, marker: string, line: string): boolean {
  return marker[0] === open[0] && marker.length >= open.length && line.trim() === marker;
}

function atxHeading(line: string, offset: number): Heading | undefined {
  const match = ATX.exec(line);
  if (!match || line.length > MAX_HEADING_LINE) return undefined;
  const title = plainTitle(line.slice(match[0].length).replace(/\s#+\s*$/, ''));
  return title === '' ? undefined : { offset, level: match[1]?.length ?? 1, title };
}

function setextHeading(
  line: string,
  previous: { line: string; offset: number } | undefined,
): Heading | undefined {
  const underline = SETEXT.exec(line)?.[1];
  if (
    !underline ||
    !previous ||
    previous.line.length > MAX_HEADING_LINE ||
    NOT_A_PARAGRAPH.test(previous.line)
  )
    return undefined;
  return {
    offset: previous.offset,
    level: underline.startsWith('=') ? 1 : 2,
    title: plainTitle(previous.line),
  };
}

/** A heading's words without the marks of links, emphasis and code. */
function plainTitle(markdown: string): string {
  return markdown
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/[*`]+|(?<!\w)_+|_+(?!\w)/g, '')
    .trim();
}

/** YAML between `---` lines at the very top would read as an underlined heading. */
function skipFrontMatter(text: string): number {
  if (!text.startsWith('---\n')) return 0;
  const end = text.indexOf('\n---\n', 3);
  return end === -1 ? 0 : end + 5;
}
