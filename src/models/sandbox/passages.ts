import { bestExcerpt } from './excerpt.ts';
import { showPieces } from './show-pieces.ts';
import { wordsOf } from './words.ts';

/** A passage as the tool knowledge_search prints it, or as it was put into the system text. */
export interface PrintedPassage {
  readonly number: number;
  /** The last of the headings over it; empty where there is none. */
  readonly heading: string;
  readonly text: string;
}

const MAX_PASSAGES = 3;
const HEADER = /^\[(\d{1,4})\] (.+)$/;
/** A further passage has to fit nearly as well as the best. */
const KEPT_SHARE = 0.7;

/**
 * Reads passages printed as `[n] Document name › Heading`, the text, an empty line, with n counted up. The text has no
 * empty line in it, so what looks like a further passage within one is its text, and what comes after the last is none.
 * `strict` asks for the first one's `›`, or for a colon before it, where other texts surround them.
 */
export function readPassages(text: string, strict: boolean): readonly PrintedPassage[] {
  const passages: PrintedPassage[] = [];
  const isFirst = (line: string, above: string) =>
    HEADER.test(line) && (!strict || line.includes(' › ') || above.endsWith(':'));
  let above = '';
  for (const part of text.split('\n\n')) {
    const lines = part.split('\n');
    const last = passages.at(-1);
    const at = last ? 0 : lines.findIndex((line, index) => isFirst(line, lines[index - 1] ?? above));
    above = lines.at(-1) ?? '';
    const [, number, source = ''] = HEADER.exec(lines[at] ?? '') ?? [];
    if (number === undefined || (last && Number(number) !== last.number + 1)) {
      if (last) break;
      continue;
    }
    passages.push({
      number: Number(number),
      heading: source.split(' › ').slice(1).at(-1) ?? '',
      text: lines
        .slice(at + 1)
        .join('\n')
        .trim(),
    });
  }
  return passages;
}

/**
 * An answer out of the best one to three passages, each word for word with its number behind it. They are the first ones
 * that the search found, in its order, so that the numbers have no gap. Undefined when there are none.
 */
export function quotePassages(question: string, passages: readonly PrintedPassage[]): string | undefined {
  const about = weigh(wordsOf(question), passages);
  const excerpts = passages
    .filter(({ text }) => /[\p{L}\p{N}]/u.test(text))
    .slice(0, MAX_PASSAGES)
    .map((passage, index) => ({ passage, ...bestExcerpt(passage, about, index === 0) }));
  const top = Math.max(...excerpts.map(({ score }) => score));
  const quotes: string[] = [];
  const quoted = new Set<string>();
  for (const { passage, pieces, score } of excerpts) {
    const words = pieces.map(({ text }) => text).join('\n');
    // When no word is shared, the search still put the first one first for a reason.
    if (quotes.length > 0 && (score === 0 || score < KEPT_SHARE * top || quoted.has(words))) break;
    quoted.add(words);
    quotes.push(showPieces(pieces, passage.number));
  }
  return quotes.length === 0 ? undefined : quotes.join('\n\n');
}

/** A word of the question that stands in each of the passages says little of which is meant. */
const COMMON_WEIGHT = 0.3;

function weigh(asked: readonly string[], passages: readonly PrintedPassage[]): ReadonlyMap<string, number> {
  const texts = passages.map(({ heading, text }) => new Set(wordsOf(`${heading}\n${text}`)));
  return new Map(
    asked.map((word) => {
      const share =
        texts.length < 2 ? 1 : texts.filter((words) => !words.has(word)).length / (texts.length - 1);
      return [word, COMMON_WEIGHT + (1 - COMMON_WEIGHT) * share];
    }),
  );
}
