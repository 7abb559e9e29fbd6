import { overlap, wordsOf } from './words.ts';

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
  const lines = text.split('\n');
  // A heading names what the lines under it say; it is quoted only when there are none.
  const body = lines.filter((line) => !/^\s{0,3}(#{1,6}\s|[=-]{3,}\s*$)/.test(line) && line.trim() !== '');
  for (const line of body.length > 0 ? body : lines) {
    const match = header.exec(line);
    if (match?.[1] !== undefined) passages.push({ number: Number(match[1]), lines: [] });
    else passages.at(-1)?.lines.push(line);
  }
  return passages.map(({ number, lines }) => ({ number, text: lines.join('\n').trim() }));
}

/**
 * An answer out of the best one to three passages, each as a sentence quoted word for word with its number. Undefined
 * when there are none.
 */
export function quotePassages(question: string, passages: readonly PrintedPassage[]): string | undefined {
  const about = new Set(wordsOf(question));
  const best = passages
    .map((passage) => ({ passage, ...bestSentence(passage.text, about) }))
    .filter(({ sentence }) => sentence !== '')
    .sort((a, b) => b.score - a.score || a.passage.number - b.passage.number);
  const top = best[0];
  if (top === undefined) return undefined;
  // When no word is shared, the search still put the first one first for a reason.
  const kept = best.filter(({ score }, i) => i === 0 || (score > 0 && score * 2 > top.score));
  const quoted = new Set<string>();
  const quotes: string[] = [];
  for (const { passage, sentence } of kept) {
    if (quotes.length === MAX_PASSAGES || quoted.has(sentence)) continue;
    quoted.add(sentence);
    quotes.push(`"${sentence}" [${passage.number}]`);
  }
  return quotes.join('\n\n');
}

function bestSentence(text: string, about: ReadonlySet<string>): { sentence: string; score: number } {
  let best = { sentence: '', score: -1 };
  for (const line of quotableLines(text)) {
    // Ends of sentences, not of abbreviations and figures: a capital or nothing has to follow.
    for (const piece of line.split(/(?<=[.!?…]["')\]]?)\s+(?=[\p{Lu}\p{N}"'([])/u)) {
      const sentence = piece.trim();
      if (!/[\p{L}\p{N}]/u.test(sentence)) continue;
      const score = overlap(wordsOf(sentence), about);
      if (score > best.score) best = { sentence, score };
    }
  }
  return best;
}

/** The lines that say something: headings and the heads of tables only name what is under them, unless nothing is. */
function quotableLines(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const isRule = (line: string | undefined): boolean => line !== undefined && /^[\s|:=-]{3,}$/.test(line);
  const body = lines.filter(
    (line, index) => !/^\s{0,3}#{1,6}\s/.test(line) && !isRule(line) && !isRule(lines[index + 1]),
  );
  return body.length > 0 ? body : lines;
}
