/** What a text is read into: what says something by itself, as small as that may be. */
export interface Piece {
  /** `line`: a line of its own that is no sentence, such as a label or an entry; `row`: of a table. */
  readonly kind: 'sentence' | 'line' | 'item' | 'row' | 'record' | 'code';
  readonly text: string;
  /** Pieces with nothing but one line break between them have the same number. */
  readonly block: number;
  /** Says enough by itself: what does not (a label, a question, `as follows:`) goes on with what follows. */
  readonly complete: boolean;
}

const LONGEST_FIGURE_CHARS = 100;
/** A line this long that ends in the middle of a sentence was broken for its length. */
const BROKEN_LINE_CHARS = 60;
/** `unit_price: 5`, `rules[1].when: late`, `Days to Norway: 6`: a name of a few words. */
const FIELD = /^[^\s:|`;,!?]{1,60}(?: [^\s:|`;,!?]{1,60}){0,3}: \S/;
const LIST_ITEM = /^(?:[-*+•]|\d{1,3}[.)])\s+/;
const HEADING = /^#{1,6}\s/;
const RULE = /^[\s|:=-]{3,}$/;

/** The pieces of a text in its order, without headings and the heads of tables: those only name what is under them. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let block = 0;
  for (const [index, part] of text.split(/^[ \t]*```\w*[ \t]*$/m).entries()) {
    const isCode = index % 2 === 1;
    if (isCode && part.trim() !== '') {
      pieces.push({ kind: 'code', text: part.replace(/^\n+|\s+$/g, ''), block: ++block, complete: true });
    }
    if (isCode) continue;
    for (const lines of blocksOf(part)) pieces.push(...piecesOfBlock(lines, ++block));
  }
  return pieces;
}

/** The title lines of a text, for one that has nothing else. */
export function namesOf(text: string): readonly Piece[] {
  const lines = text.split('\n').map((line) => line.trim());
  const names = lines.filter((line) => /[\p{L}\p{N}]/u.test(line) && !RULE.test(line));
  return names.map((line) => ({ kind: 'line', text: line.replace(HEADING, ''), block: 0, complete: false }));
}

function blocksOf(text: string): readonly (readonly string[])[] {
  return text.split(/\n\s*\n/).map((block) => {
    const lines = block.split('\n').map((line) => line.trim());
    return lines.filter(
      (line, at) => line !== '' && !HEADING.test(line) && !RULE.test(line) && !RULE.test(lines[at + 1] ?? ''),
    );
  });
}

function piecesOfBlock(lines: readonly string[], block: number): readonly Piece[] {
  if (isRecord(lines)) return [{ kind: 'record', text: lines.join('\n'), block, complete: true }];
  const whole = mendLines(lines);
  return whole.flatMap((line, at): readonly Piece[] => {
    if (!/[\p{L}\p{N}]/u.test(line)) return [];
    if (line.startsWith('|')) return [{ kind: 'row', text: rowText(line), block, complete: true }];
    if (isNumberedTitle(whole, at))
      return [{ kind: 'line', text: line.replace(LIST_ITEM, ''), block, complete: false }];
    if (LIST_ITEM.test(line))
      return [{ kind: 'item', text: line.replace(LIST_ITEM, ''), block, complete: true }];
    // Ends of sentences, not of abbreviations and figures: a capital, a figure or a code has to follow.
    const sentences = line.split(/(?<=[.!?…]["')\]]?)\s+(?=[\p{Lu}\p{N}"'([`*])/u);
    return sentences.map((text) => {
      const isSentence = sentences.length > 1 || /[.!?…:;,]["')\]*_]*$/.test(text);
      const complete = isSentence ? /[.!…]["')\]*_]*$/.test(text) : endsInFigure(text);
      return { kind: isSentence ? 'sentence' : 'line', text, block, complete };
    });
  });
}

/** A line that ends in a figure is most likely a row of them. Only its end is looked at, since a line may be long. */
function endsInFigure(line: string): boolean {
  return /\s\S*\d[\d.,]*\s?[%€$£]?$/.test(line.slice(-LONGEST_FIGURE_CHARS));
}

/** `2. Customs` over text that is no list: a heading, of a document that does not mark its headings. */
function isNumberedTitle(lines: readonly string[], at: number): boolean {
  const [above = '', line = '', below = ''] = [lines[at - 1], lines[at], lines[at + 1]];
  const isAlone = below !== '' && !LIST_ITEM.test(below) && !LIST_ITEM.test(above);
  return isAlone && /^\d/.test(line) && LIST_ITEM.test(line) && !/[.!?…:;]$/.test(line);
}

/** A row of a table as knowledge has it: `column: value` lines. */
function isRecord(lines: readonly string[]): boolean {
  const fields = lines.filter((line) => FIELD.test(line) && !LIST_ITEM.test(line)).length;
  return fields >= 2 && FIELD.test(lines[0] ?? '') && fields * 2 > lines.length;
}

/** `| 402 | no_credit | add some |` as it is read out: `402, no_credit: add some`. */
function rowText(line: string): string {
  const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
  const told = cells.filter((cell) => cell !== '');
  const last = told.at(-1) ?? '';
  return told.length < 2 ? last : `${told.slice(0, -1).join(', ')}: ${last}`;
}

/** Sentences and items that were broken into lines are made whole. */
function mendLines(lines: readonly string[]): readonly string[] {
  const whole: string[] = [];
  let above = '';
  for (const line of lines) {
    const goesOn =
      above !== '' &&
      !/[.!?…:|]["')\]*_]*$/.test(above) &&
      !LIST_ITEM.test(line) &&
      !line.startsWith('|') &&
      (/^\p{Ll}/u.test(line) || above.length >= BROKEN_LINE_CHARS);
    if (goesOn) whole.push(`${whole.pop() ?? ''} ${line}`);
    else whole.push(line);
    above = line;
  }
  return whole;
}
