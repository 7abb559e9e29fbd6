import { compile, type FormatCallback } from 'html-to-text';
import { MAX_TEXT_CHARS } from '../limits.ts';
import { cleanText, decodeText } from './decode-text.ts';
import type { Extraction, Heading } from './extraction.ts';

/** Characters that no text holds (Unicode noncharacters) carry headings through the conversion. */
const OPEN = '\uFDD0';
const CLOSE = '\uFDD1';
const CELL = '\uFDD2';

const headingFormatter: FormatCallback = (element, walk, builder) => {
  builder.openBlock({ leadingLineBreaks: 2 });
  builder.addLiteral(`${OPEN}${String(element.name).slice(1)}`);
  walk(element.children, builder);
  builder.addLiteral(CLOSE);
  builder.closeBlock({ trailingLineBreaks: 2 });
};

const rowFormatter: FormatCallback = (element, walk, builder) => {
  builder.openBlock({ leadingLineBreaks: 1 });
  walk(element.children, builder);
  builder.closeBlock({ trailingLineBreaks: 1 });
};

const cellFormatter: FormatCallback = (element, walk, builder) => {
  walk(element.children, builder);
  builder.addLiteral(CELL);
};

/** Word puts each cell's words into a paragraph; a row is still one line. */
const paragraphFormatter: FormatCallback = (element, walk, builder, options) => {
  const inCell = element.parent?.name === 'td' || element.parent?.name === 'th';
  if (inCell) builder.addInline(' ');
  else builder.openBlock({ leadingLineBreaks: options.leadingLineBreaks ?? 2 });
  walk(element.children, builder);
  if (!inCell) builder.closeBlock({ trailingLineBreaks: options.trailingLineBreaks ?? 2 });
};

const skipped = [
  'script',
  'style',
  'noscript',
  'template',
  'nav',
  'svg',
  'iframe',
  'object',
  'button',
  'select',
  'textarea',
  'input',
  'img',
  '[hidden]',
  '[aria-hidden="true"]',
];

const convert = compile({
  wordwrap: false,
  decodeEntities: true,
  limits: { maxInputLength: 4 * MAX_TEXT_CHARS, maxDepth: 200 },
  formatters: {
    heading: headingFormatter,
    row: rowFormatter,
    cell: cellFormatter,
    paragraphOrCell: paragraphFormatter,
  },
  selectors: [
    ...skipped.map((selector) => ({ selector, format: 'skip' })),
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, format: 'heading' })),
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'table', format: 'block', options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } },
    { selector: 'tr', format: 'row' },
    { selector: 'td', format: 'cell' },
    { selector: 'th', format: 'cell' },
    { selector: 'p', format: 'paragraphOrCell', options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } },
    { selector: 'ul', options: { itemPrefix: '- ' } },
    { selector: 'hr', format: 'skip' },
  ],
});

/** The words of a page with its headings; scripts, styles, menus and form controls are left out. */
export function readHtml(bytes: Uint8Array): Extraction {
  const head = Buffer.from(bytes.subarray(0, 2048)).toString('latin1');
  const charset = /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1];
  return htmlToExtraction(decodeText(bytes, charset));
}

export function htmlToExtraction(html: string): Extraction {
  const marked = convert(html.replaceAll(/[\uFDD0-\uFDD2]/g, ''));
  const lines = cleanText(marked).split('\n');
  return liftHeadings(
    lines
      .map(finishLine)
      .join('\n')
      .replaceAll(/\n{3,}/g, '\n\n'),
  );
}

/** Without blanks at the end; a table's row with bars between its cells. */
function finishLine(line: string): string {
  if (!line.includes(CELL)) return line.trimEnd();
  const cells = line.split(CELL).map((cell) => cell.trim());
  while (cells.at(-1) === '') cells.pop();
  return cells.join(' | ');
}

/** Takes the heading marks out of the text and notes where they stood. */
function liftHeadings(marked: string): Extraction {
  const headings: Heading[] = [];
  const parts: string[] = [];
  let length = 0;
  let from = 0;
  const add = (part: string) => {
    parts.push(part);
    length += part.length;
  };
  for (const match of marked.matchAll(/\uFDD0([1-6])([^\uFDD0\uFDD1]*)\uFDD1/g)) {
    add(marked.slice(from, match.index));
    const inner = match[2] ?? '';
    const title = inner.replaceAll(/\s+/g, ' ').trim();
    if (title !== '') headings.push({ offset: length, level: Number(match[1]), title });
    add(inner);
    from = match.index + match[0].length;
  }
  add(marked.slice(from));
  // Marks that did not pair up (a heading within a heading) are of the same length as nothing once removed, so only
  // texts without any keep their offsets; the others lose their headings, not their words.
  const text = parts.join('');
  return /[\uFDD0\uFDD1]/.test(text)
    ? { text: text.replaceAll(/\uFDD0[1-6]?|\uFDD1/g, ''), headings: [] }
    : { text, headings };
}
