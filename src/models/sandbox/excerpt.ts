import { overlap, wordsOf } from './words.ts';

/** What of a text says most about the question. */
export interface Excerpt {
  readonly text: string;
  readonly score: number;
}

/** A sentence, a line that is none, or a record whole. */
interface Piece {
  readonly text: string;
  /** How it is joined to the piece before. */
  readonly joint: ' ' | ' / ';
  /** Says enough by itself: what does not (a heading, a question, a label) goes on with what follows. */
  readonly complete: boolean;
}

const MAX_CHARS = 300;
const MAX_RECORD_CHARS = 1_000;
/** A line this long that ends in the middle of a sentence was broken for its length. */
const BROKEN_LINE_CHARS = 60;
const FIELD = /^[^\s:|][^:\n]{0,60}: \S/;
const LIST_ITEM = /^\s*(?:[-*+•]|\d{1,3}[.)])\s/;

/** The piece that shares the most words with the question, and what follows where it only names that. */
export function bestExcerpt(text: string, about: ReadonlySet<string>): Excerpt {
  const bodies = withoutNames(blocksOf(text));
  const isNamesOnly = bodies.every((lines) => lines.length === 0);
  const pieces = piecesOf(isNamesOnly ? blocksOf(text) : bodies);
  let best = { index: -1, score: -1 };
  for (const [index, piece] of pieces.entries()) {
    const score = isNamesOnly ? 0 : overlap(wordsOf(piece.text), about);
    if (score > best.score) best = { index, score };
  }
  let excerpt = '';
  for (const { text, joint, complete } of pieces.slice(Math.max(0, best.index))) {
    const longer = excerpt === '' ? text : `${excerpt}${joint}${text}`;
    if (excerpt !== '' && longer.length > MAX_CHARS) {
      return { text: cut(longer, Math.max(MAX_CHARS, excerpt.length)), score: best.score };
    }
    excerpt = longer;
    if (complete) break;
  }
  return { text: excerpt, score: best.score };
}

type Block = readonly string[];

function piecesOf(blocks: readonly Block[]): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const block of blocks) {
    if (isRecord(block)) {
      pieces.push({ text: cut(block.join(' / '), MAX_RECORD_CHARS), joint: ' / ', complete: true });
      continue;
    }
    for (const line of mendLines(block)) {
      // Ends of sentences, not of abbreviations and figures: a capital or a figure has to follow.
      const sentences = line.split(/(?<=[.!?…]["')\]]?)\s+(?=[\p{Lu}\p{N}"'([])/u);
      for (const [index, sentence] of sentences.entries()) {
        if (!/[\p{L}\p{N}]/u.test(sentence)) continue;
        const complete = /[.!…]["')\]*_]*$/.test(sentence) || sentence.startsWith('|');
        pieces.push({ text: sentence, joint: index === 0 ? ' / ' : ' ', complete });
      }
    }
  }
  return pieces;
}

/** Without what only begins and ends code. */
function blocksOf(text: string): readonly Block[] {
  return text
    .split(/\n\s*\n/)
    .map((block) =>
      block.split('\n').flatMap((line) => (/^\s*(?:```\w*\s*)?$/.test(line) ? [] : [line.trim()])),
    );
}

/** Headings and the heads of tables only name what is under them. */
function withoutNames(blocks: readonly Block[]): readonly Block[] {
  const isRule = (line: string | undefined): boolean => line !== undefined && /^[\s|:=-]{3,}$/.test(line);
  return blocks.map((lines) =>
    lines.filter((line, at) => !/^#{1,6}\s/.test(line) && !isRule(line) && !isRule(lines[at + 1])),
  );
}

/** A row of a table as knowledge has it: `column: value` lines. */
function isRecord(lines: readonly string[]): boolean {
  const fields = lines.filter((line) => FIELD.test(line) && !LIST_ITEM.test(line)).length;
  return fields >= 2 && FIELD.test(lines[0] ?? '') && fields * 2 > lines.length;
}

/** Sentences that were broken into lines are made whole. */
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

/** At the end of a word. */
function cut(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const head = text.slice(0, chars + 1);
  const end = head.lastIndexOf(' ');
  return `${(end > chars / 2 ? head.slice(0, end) : head.slice(0, chars)).replace(/[\s/]+$/, '').toWellFormed()}…`;
}
