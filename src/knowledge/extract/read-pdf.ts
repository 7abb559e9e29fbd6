import { getDocumentProxy } from 'unpdf';
import { MAX_TEXT_CHARS } from '../limits.ts';
import { cleanText } from './decode-text.ts';
import { type Extraction, type Heading, UnreadableDocument } from './extraction.ts';
import { refusePdfBombs } from './refuse-pdf-bombs.ts';

/** Lines further apart than this many line heights are of different paragraphs. */
const PARAGRAPH_GAP = 1.6;

/** A PDF's words, page by page; each page is a section of its own, so that a passage can be found on paper too. */
export async function readPdf(bytes: Uint8Array): Promise<Extraction> {
  refusePdfBombs(bytes);
  // A copy: the library keeps, and may detach, what it is given.
  const document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0, stopAtErrors: false }).catch(
    (cause: unknown) => {
      throw unreadable(cause);
    },
  );
  const headings: Heading[] = [];
  let text = '';
  for (let number = 1; number <= document.numPages && text.length <= MAX_TEXT_CHARS; number++) {
    const page = await document.getPage(number).catch((cause: unknown) => {
      throw unreadable(cause);
    });
    const { items } = await page.getTextContent();
    const pageText = joinItems(items.flatMap((item) => ('str' in item ? [item] : [])));
    page.cleanup();
    if (pageText === '') continue;
    if (text !== '') text += '\n\n';
    if (document.numPages > 1) headings.push({ offset: text.length, level: 1, title: `Page ${number}` });
    text += pageText;
  }
  if (text === '') {
    throw new UnreadableDocument('The PDF holds only images; Muster reads text, not pictures.');
  }
  return { text, headings };
}

interface TextItem {
  readonly str: string;
  readonly hasEOL: boolean;
  readonly height: number;
  /** Its last number is the distance from the page's lower edge. */
  readonly transform: readonly number[];
}

function joinItems(items: readonly TextItem[]): string {
  let text = '';
  let lineY: number | undefined;
  let lineHeight = 0;
  let atLineStart = true;
  for (const { str, hasEOL, height, transform } of items) {
    const y = transform[5] ?? 0;
    if (str.trim() !== '') {
      if (
        atLineStart &&
        lineY !== undefined &&
        Math.abs(lineY - y) > PARAGRAPH_GAP * Math.max(lineHeight, height)
      ) {
        text += '\n';
      }
      lineY = y;
      lineHeight = height;
      atLineStart = false;
    }
    text += str;
    if (hasEOL) {
      text += '\n';
      atLineStart = true;
    }
  }
  return (
    cleanText(text)
      .replaceAll(/[ \t\u00a0]+/g, ' ')
      .replaceAll(/ ?\n ?/g, '\n')
      .replaceAll(/\n{3,}/g, '\n\n')
      // Words that were broken for the line's sake.
      .replaceAll(/(\p{Ll})-\n(?=\p{Ll})/gu, '$1')
      .trim()
  );
}

function unreadable(cause: unknown): UnreadableDocument {
  const name = cause instanceof Error ? cause.name : '';
  return name === 'PasswordException'
    ? new UnreadableDocument('The PDF is protected by a password. Upload a copy without one.')
    : new UnreadableDocument('The file is damaged: it could not be read as a PDF.', { cause });
}
