import { MAX_TEXT_CHARS } from '../limits.ts';
import type { DocumentType } from './document-type.ts';
import { type Extraction, UnreadableDocument } from './extraction.ts';

/** The text of a document. Throws UnreadableDocument. Each reader is loaded at its first use: some are heavy. */
export async function extractText(type: DocumentType, bytes: Uint8Array): Promise<Extraction> {
  const extraction = await read(type, bytes);
  if (extraction.text.trim() === '') throw new UnreadableDocument(emptyReason(type));
  if (extraction.text.length > MAX_TEXT_CHARS) {
    throw new UnreadableDocument(`${tooLong(type)}. Split it into smaller files.`);
  }
  return extraction;
}

function tooLong(type: DocumentType): string {
  return type === 'csv'
    ? 'The file comes to more than 5 million characters of text when each row names its columns'
    : 'The file holds more than 5 million characters of text';
}

function emptyReason(type: DocumentType): string {
  return type === 'docx'
    ? 'The document holds no text in its body: pictures, headers and footers are not read. If it is a scan, run it through text recognition (OCR) first.'
    : 'The file is empty: it holds no text.';
}

async function read(type: DocumentType, bytes: Uint8Array): Promise<Extraction> {
  switch (type) {
    case 'pdf':
      return (await import('./read-pdf.ts')).readPdf(bytes);
    case 'docx':
      return (await import('./read-docx.ts')).readDocx(bytes);
    case 'html':
      return (await import('./read-html.ts')).readHtml(bytes);
    case 'markdown':
      return (await import('./read-markdown.ts')).readMarkdown(bytes);
    case 'csv':
      return (await import('./read-csv.ts')).readCsv(bytes);
    case 'json':
      return (await import('./read-json.ts')).readJson(bytes);
    case 'text':
      return (await import('./read-plain-text.ts')).readPlainText(bytes);
  }
}
