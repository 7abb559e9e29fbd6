import { bestExcerpt } from './excerpt.ts';
import { wordsOf } from './words.ts';

/** A passage as the tool knowledge_search prints it, or as it was put into the system text. */
export interface PrintedPassage {
  readonly number: number;
  readonly text: string;
}

const MAX_PASSAGES = 3;

/**
 * Reads passages printed as `[n] Document name › Heading`, the text, a blank line. `strict` asks for the `›`, where
 * other texts surround them.
 */
export function readPassages(text: string, strict: boolean): readonly PrintedPassage[] {
  const header = strict ? /^\[(\d{1,4})\] .+ › .*$/ : /^\[(\d{1,4})\] .+$/;
  const passages: { number: number; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const match = header.exec(line);
    if (match?.[1] !== undefined) passages.push({ number: Number(match[1]), lines: [] });
    else passages.at(-1)?.lines.push(line);
  }
  return passages.map(({ number, lines }) => ({ number, text: lines.join('\n').trim() }));
}

/**
 * An answer out of the best one to three passages, each quoted word for word with its number: a sentence, a row, or a
 * heading and what stands under it. Undefined when there are none.
 */
export function quotePassages(question: string, passages: readonly PrintedPassage[]): string | undefined {
  const about = new Set(wordsOf(question));
  const best = passages
    .map((passage) => ({ passage, ...bestExcerpt(passage.text, about) }))
    .filter(({ text }) => text !== '')
    .sort((a, b) => b.score - a.score || a.passage.number - b.passage.number);
  const top = best[0];
  if (top === undefined) return undefined;
  // When no word is shared, the search still put the first one first for a reason.
  const kept = best.filter(({ score }, i) => i === 0 || (score > 0 && score * 2 > top.score));
  const quoted = new Set<string>();
  const quotes: string[] = [];
  for (const { passage, text } of kept) {
    if (quotes.length === MAX_PASSAGES || quoted.has(text)) continue;
    quoted.add(text);
    quotes.push(`"${text}" [${passage.number}]`);
  }
  return quotes.join('\n\n');
}
