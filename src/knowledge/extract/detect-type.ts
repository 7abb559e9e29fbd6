import { type DocumentType, typeOfMediaType } from './document-type.ts';
import { readZipDirectory } from './zip-directory.ts';

export type Detection =
  | { readonly type: DocumentType }
  /** `reason` completes a message to the person who uploaded the file. */
  | { readonly type: 'unsupported'; readonly reason: string };

const SNIFFED_BYTES = 64 * 1024;

const BINARY_KINDS: readonly (readonly [magic: string, reason: string])[] = [
  ['\x89PNG', 'It is a picture (PNG); Muster reads text, not pictures.'],
  ['\xff\xd8\xff', 'It is a picture (JPEG); Muster reads text, not pictures.'],
  ['GIF8', 'It is a picture (GIF); Muster reads text, not pictures.'],
  ['RIFF', 'It is a picture, sound or film; Muster reads text.'],
  ['{\\rtf', 'It is an RTF file. Save it as DOCX, PDF or text.'],
  [
    '\xd0\xcf\x11\xe0',
    'It is an old Office file (.doc, .xls, .ppt) or one with a password. Save it as DOCX without a password, or as PDF.',
  ],
  ['\x1f\x8b', 'It is a compressed archive. Unpack it and upload the documents in it.'],
  ['7z\xbc\xaf', 'It is a compressed archive. Unpack it and upload the documents in it.'],
  ['Rar!', 'It is a compressed archive. Unpack it and upload the documents in it.'],
  ['\x7fELF', 'It is a program, not a document.'],
  ['MZ', 'It is a program, not a document.'],
  ['SQLite format 3', 'It is a database file. Export its tables as CSV.'],
];

const BY_EXTENSION: Readonly<Record<string, DocumentType>> = {
  html: 'html',
  htm: 'html',
  xhtml: 'html',
  md: 'markdown',
  markdown: 'markdown',
  mdx: 'markdown',
  csv: 'csv',
  tsv: 'csv',
  json: 'json',
  jsonl: 'json',
  ndjson: 'json',
  geojson: 'json',
  txt: 'text',
  text: 'text',
  log: 'text',
};

const BY_MEDIA_TYPE: Readonly<Record<string, DocumentType>> = {
  'application/xhtml+xml': 'html',
  'application/jsonl': 'json',
  'application/x-ndjson': 'json',
  'text/x-markdown': 'markdown',
  'text/tab-separated-values': 'csv',
  'application/csv': 'csv',
};

/** What a file is by its content first, then by its name, then by what the sender says of it. Looks at its head only. */
export function detectType(bytes: Uint8Array, name: string, declared = ''): Detection {
  const head = latin1(bytes.subarray(0, SNIFFED_BYTES));
  if (head.slice(0, 1024).includes('%PDF-')) return { type: 'pdf' };
  if (head.startsWith('PK\x03\x04') || head.startsWith('PK\x05\x06')) return detectZip(bytes, name);
  const binary = BINARY_KINDS.find(([magic]) => head.startsWith(magic) && !isPlainWord(magic, head));
  if (binary) return { type: 'unsupported', reason: binary[1] };
  if (!hasWideBom(head) && !looksLikeText(head)) {
    return {
      type: 'unsupported',
      reason: 'It is a binary file of a kind that Muster cannot read. If it is text, save it as UTF-8.',
    };
  }
  return { type: detectTextType(head, name, declared) };
}

function detectTextType(head: string, name: string, declared: string): DocumentType {
  // Wide encodings put a NUL beside each ASCII letter.
  const start = head
    .replaceAll('\0', '')
    .replace(/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
    .trimStart();
  if (/^(<!doctype html|<html[\s>])/i.test(start)) return 'html';
  const byExtension = BY_EXTENSION[extensionOf(name)];
  if (byExtension) return byExtension;
  const mediaType = declared.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const byDeclared = BY_MEDIA_TYPE[mediaType] ?? typeOfMediaType(mediaType);
  // A pdf or docx would have shown itself above.
  if (byDeclared !== 'text' && byDeclared !== 'pdf' && byDeclared !== 'docx') return byDeclared;
  return /^#{1,6} \S/m.test(start) ? 'markdown' : 'text';
}

function detectZip(bytes: Uint8Array, name: string): Detection {
  const directory = readZipDirectory(bytes);
  // A damaged DOCX is still taken, so that its owner is told what is wrong with it rather than what it is not.
  if (!directory.ok) {
    return extensionOf(name) === 'docx'
      ? { type: 'docx' }
      : {
          type: 'unsupported',
          reason: 'It is a compressed archive. Unpack it and upload the documents in it.',
        };
  }
  const has = (prefix: string) => directory.entries.some((entry) => entry.name.startsWith(prefix));
  if (has('word/')) return { type: 'docx' };
  if (has('xl/')) return { type: 'unsupported', reason: 'It is an Excel workbook. Save its sheets as CSV.' };
  if (has('ppt/')) return { type: 'unsupported', reason: 'It is a PowerPoint file. Save it as PDF.' };
  if (has('META-INF/container.xml'))
    return { type: 'unsupported', reason: 'It is an e-book (EPUB). Save it as PDF or HTML.' };
  if (has('content.xml'))
    return { type: 'unsupported', reason: 'It is an OpenDocument file. Save it as DOCX or PDF.' };
  return {
    type: 'unsupported',
    reason: 'It is a compressed archive. Unpack it and upload the documents in it.',
  };
}

function extensionOf(name: string): string {
  return /\.([a-z0-9]{1,10})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
}

function hasWideBom(head: string): boolean {
  return head.startsWith('\xff\xfe') || head.startsWith('\xfe\xff');
}

/** `MZ` and the like also begin honest sentences: short magics count only in front of bytes that no text has. */
function isPlainWord(magic: string, head: string): boolean {
  return /^[\x20-\x7e]+$/.test(magic) && !magic.startsWith('{') && !head.includes('\0');
}

/** Text has hardly any control characters; NUL only where UTF-16 puts one into every other place. */
function looksLikeText(head: string): boolean {
  let controls = 0;
  let evenNuls = 0;
  let oddNuls = 0;
  for (let i = 0; i < head.length; i++) {
    const code = head.charCodeAt(i);
    if (code === 0) {
      if (i % 2 === 0) evenNuls++;
      else oddNuls++;
    } else if (code < 0x20 && code !== 9 && code !== 10 && code !== 12 && code !== 13 && code !== 27) {
      controls++;
    }
  }
  const nuls = evenNuls + oddNuls;
  if (nuls > 0 && (Math.min(evenNuls, oddNuls) > nuls / 20 || nuls < head.length * 0.3)) return false;
  return controls <= head.length / 50;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
