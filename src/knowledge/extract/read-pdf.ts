import { getDocumentProxy } from 'unpdf';
import { MAX_TEXT_CHARS } from '../limits.ts';
import { cleanText } from './decode-text.ts';
import { type Extraction, type Heading, UnreadableDocument } from './extraction.ts';
import { fillIn, type PlacedText } from './pdf-form-values.ts';
import { refusePdfBombs } from './refuse-pdf-bombs.ts';

/** Lines further apart than this many line heights are of different paragraphs. */
const PARAGRAPH_GAP = 1.6;
/** Raised and lowered figures are within this many line heights of their line. */
const SAME_LINE = 0.8;
/** What is drawn again this near to its place is the same, made bold. */
const SAME_PLACE = 0.1;

/** A PDF's words, and those filled into its forms, page by page; each page is a section of its own, so that a passage can be found on paper too. */
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
    const [{ items }, annotations] = await Promise.all([page.getTextContent(), page.getAnnotations()]);
    const printed = items.flatMap((item) => ('str' in item ? [item] : []));
    const form = fillIn(printed, annotations);
    const pageText = [joinItems(form.items), cleanText(form.rest.join('\n'))].join('\n\n').trim();
    page.cleanup();
    if (pageText === '') continue;
    if (text !== '') text += '\n\n';
    if (document.numPages > 1) headings.push({ offset: text.length, level: 1, title: `Page ${number}` });
    text += pageText;
  }
  if (text === '') {
    throw new UnreadableDocument(
      'The PDF holds only images or drawings; Muster reads text, not pictures. If it is a scan, run it through text recognition (OCR) and upload the result.',
    );
  }
  return { text, headings };
}

interface TextItem extends PlacedText {
  readonly hasEOL: boolean;
}

/** Whether a piece that no line end was reported before stands on another line, or begins one anew on top of the last. */
function isApart(before: TextItem, { height, transform }: TextItem): boolean {
  const [, turn, , , x = 0, y = 0] = transform;
  const [, turnBefore, , , xBefore = 0, yBefore = 0] = before.transform;
  if (turn !== 0 || turnBefore !== 0) return false;
  const lineHeight = Math.max(before.height, height, 1);
  const lines = Math.abs(y - yBefore) / lineHeight;
  const isOnTop = lines < SAME_PLACE && Math.abs(x - xBefore) < SAME_PLACE * lineHeight;
  return lines > SAME_LINE || (isOnTop && before.str.trim().length > 1);
}

function joinItems(items: readonly TextItem[]): string {
  let text = '';
  let lineY: number | undefined;
  let lineHeight = 0;
  let atLineStart = true;
  let before: TextItem | undefined;
  for (const item of items) {
    const { str, hasEOL, height, transform } = item;
    const y = transform[5] ?? 0;
    if (str.trim() !== '') {
      if (!atLineStart && before && isApart(before, item)) {
        text += '\n';
        atLineStart = true;
      }
      before = item;
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
    // Soft hyphens at a line's end are hyphens; all others go.
    cleanText(text.replaceAll(/[\u00ad\u2010]\s*\n/g, '-\n'))
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
