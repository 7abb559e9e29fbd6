import { compile, type FormatCallback, type HtmlToTextOptions } from 'html-to-text';
import { MAX_TEXT_CHARS } from '../limits.ts';
import { cleanText, decodeText } from './decode-text.ts';
import { type Extraction, type Heading, UnreadableDocument } from './extraction.ts';

/** Characters that no text holds (Unicode noncharacters) carry headings through the conversion. */
const OPEN = '\uFDD0';
const CLOSE = '\uFDD1';
const CELL = '\uFDD2';
/** Stands for what was left out. */
const CUT = '\uFDD3';
const MAX_HTML_CHARS = 4 * MAX_TEXT_CHARS;
const MAX_DEPTH = 500;
/** Pages name their charset near their beginning; some have scripts before it. */
const CHARSET_WITHIN_BYTES = 64 * 1024;

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

/** The button that opens an answer is its question; others only say what can be done on the page. */
const buttonFormatter: FormatCallback = (element, walk, builder) => {
  const isInHeading = /^(h[1-6]|dt|summary)$/.test(String(element.parent?.name));
  const opens = 'aria-expanded' in element.attribs || 'aria-controls' in element.attribs;
  if (!isInHeading && !opens) return;
  if (!isInHeading) builder.openBlock({ leadingLineBreaks: 1 });
  walk(element.children, builder);
  if (!isInHeading) builder.closeBlock({ trailingLineBreaks: 1 });
};

/** Elements that begin and end a line, beside those that the library knows of. */
const blocks = [
  'address',
  'caption',
  'center',
  'dd',
  'details',
  'dialog',
  'dl',
  'dt',
  'fieldset',
  'figcaption',
  'figure',
  'hgroup',
  'legend',
  'option',
  'search',
  'summary',
];

const skipped = [
  'script',
  'style',
  'noscript',
  'template',
  'nav',
  'svg',
  'iframe',
  'object',
  'select',
  'textarea',
  'input',
  'img',
  // Readings over words, which would stand in the middle of them.
  'rt',
  'rp',
  '[hidden]',
  '[aria-hidden="true"]',
];

const options: HtmlToTextOptions = {
  wordwrap: false,
  decodeEntities: true,
  limits: { maxInputLength: MAX_HTML_CHARS, maxDepth: MAX_DEPTH, ellipsis: CUT },
  formatters: {
    heading: headingFormatter,
    row: rowFormatter,
    cell: cellFormatter,
    paragraphOrCell: paragraphFormatter,
    opener: buttonFormatter,
  },
  selectors: [
    ...skipped.map((selector) => ({ selector, format: 'skip' })),
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, format: 'heading' })),
    ...blocks.map((selector) => ({ selector, format: 'row' })),
    { selector: 'button', format: 'opener' },
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'table', format: 'block', options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } },
    { selector: 'tr', format: 'row' },
    { selector: 'td', format: 'cell' },
    { selector: 'th', format: 'cell' },
    { selector: 'p', format: 'paragraphOrCell', options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } },
    { selector: 'ul', options: { itemPrefix: '- ' } },
    { selector: 'hr', format: 'skip' },
  ],
};
const convertAll = compile(options);
/** What a page marks as its content: without the menus, offers and imprint around it. */
const MAIN = ['main', '[role="main"]'];
const convertMain = compile({ ...options, baseElements: { selectors: MAIN, returnDomByDefault: false } });
/** With the title that a page has beside it. */
const convertTitled = compile({
  ...options,
  baseElements: { selectors: ['h1', ...MAIN], orderBy: 'occurrence', returnDomByDefault: false },
});
/** A page may mark a part that is only the beginning of its content. */
const MIN_MAIN_CHARS = 200;

function convert(html: string): string {
  const all = convertAll(html);
  const start = html.search(/<main[\s>]|role=["']?main\b/i);
  if (start === -1 || all.includes(CUT)) return all;
  const main = /<h1[\s>]/i.test(html.slice(start)) ? convertMain(html) : convertTitled(html);
  return main.trim().length >= Math.min(MIN_MAIN_CHARS, all.trim().length / 2) ? main : all;
}

/** The words of a page with its headings; scripts, styles, menus and form controls are left out. */
export function readHtml(bytes: Uint8Array): Extraction {
  const head = Buffer.from(bytes.subarray(0, CHARSET_WITHIN_BYTES)).toString('latin1');
  const charset = /<meta[^>]{1,500}?charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1];
  const html = decodeText(bytes, charset);
  const extraction = htmlToExtraction(html);
  if (extraction.text.trim() === '' && /<script/i.test(html)) {
    throw new UnreadableDocument(
      'The page is empty without its scripts: they put its words there in a browser. Save it as PDF from a browser.',
    );
  }
  return extraction;
}

export function htmlToExtraction(html: string): Extraction {
  if (html.length > MAX_HTML_CHARS) {
    throw new UnreadableDocument('The file holds too much to be read at once. Split it into smaller files.');
  }
  const marked = convert(html.replaceAll(/[\uFDD0-\uFDD3]/g, ''));
  if (marked.includes(CUT)) {
    throw new UnreadableDocument(
      `The file's parts are nested deeper than ${MAX_DEPTH} levels. Save it as PDF or as plain text.`,
    );
  }
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
