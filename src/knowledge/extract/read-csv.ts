import { parse } from 'csv-parse/sync';
import { cleanText, decodeText } from './decode-text.ts';
import { type Extraction, UnreadableDocument } from './extraction.ts';
import { joinRecords } from './join-records.ts';

const DELIMITERS = [',', ';', '\t', '|'];
const SNIFFED_LINES = 20;
/** What Excel puts first to say which delimiter follows. */
const SEPARATOR_LINE = /^sep=(.)\n/i;
/** Titles and remarks above a table. */
const MAX_TITLE_ROWS = 10;

/** A table as records of `column: value` lines, so that a row found by search makes sense without its table. */
export function readCsv(bytes: Uint8Array): Extraction {
  const whole = cleanText(decodeText(bytes));
  const [separatorLine = '', separator] = SEPARATOR_LINE.exec(whole) ?? [];
  const text = whole.slice(separatorLine.length);
  let rows: string[][];
  try {
    rows = parse(text, {
      delimiter: separator ?? sniffDelimiter(text),
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch (cause) {
    throw new UnreadableDocument('The file is damaged: it could not be read as CSV.', { cause });
  }
  const titles = rows.slice(0, titleRows(rows)).map((row) => row.filter((value) => value !== ''));
  const [header = [], ...records] = rows.slice(titles.length);
  if (records.length === 0) return { text, headings: [] };
  const columns = header.map((name, index) => name || `Column ${index + 1}`);
  return joinRecords([
    ...titles,
    ...records.map((values) =>
      values.flatMap((value, index) =>
        value === '' ? [] : [`${columns[index] ?? `Column ${index + 1}`}: ${value}`],
      ),
    ),
  ]);
}

/**
 * How many rows are above the one that names the columns: those of one value, where most of what is further down has
 * several. A list of one column may have a comma in some entry.
 */
function titleRows(rows: readonly (readonly string[])[]): number {
  const isWide = (row: readonly string[]) => row.filter((value) => value !== '').length > 1;
  const first = rows.slice(0, MAX_TITLE_ROWS + 1).findIndex(isWide);
  if (first < 1) return 0;
  const under = rows.slice(first + 1);
  return under.filter(isWide).length * 2 > under.length ? first : 0;
}

/** The delimiter that cuts the first lines into the same number of columns most often. */
function sniffDelimiter(text: string): string {
  const lines = text.split('\n', SNIFFED_LINES).filter((line) => line.trim() !== '');
  let best = { delimiter: ',', score: 0 };
  for (const delimiter of DELIMITERS) {
    const counts = lines.map((line) => countOutsideQuotes(line, delimiter));
    const first = counts[0] ?? 0;
    const score =
      first === 0 ? 0 : (counts.filter((count) => count === first).length / lines.length) * 100 + first;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

function countOutsideQuotes(line: string, delimiter: string): number {
  let count = 0;
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (character === delimiter && !quoted) count++;
  }
  return count;
}
