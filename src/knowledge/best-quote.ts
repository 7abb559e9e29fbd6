import { isStopWord } from './search-terms.ts';
import { wordsOf } from './words.ts';

const MAX_QUOTE_CHARS = 400;
const SENTENCE_END = /(?:[.!?…]["'”’»)]*\s+|[。！？]|\n+)/g;

/** The sentence of a passage (or two neighbours) that shares the most telling words with a claim; offsets into `passage`. */
export function bestQuote(claim: string, passage: string): { start: number; end: number } {
  const claimed = new Set(
    wordsOf(claim)
      .map(({ key }) => key)
      .filter((key) => !isStopWord(key)),
  );
  const sentences = sentencesOf(passage);
  const found = sentences.map(({ start, end }) => {
    const keys = wordsOf(passage.slice(start, end)).map(({ key }) => key);
    return new Set(keys.filter((key) => claimed.has(key)));
  });
  let best = { score: 0, start: 0, end: 0 };
  for (const [index, sentence] of sentences.entries()) {
    const own = found[index]?.size ?? 0;
    if (own > best.score) best = { score: own, ...sentence };
    const next = sentences[index + 1];
    if (!next || next.end - sentence.start > MAX_QUOTE_CHARS) continue;
    const both = new Set([...(found[index] ?? []), ...(found[index + 1] ?? [])]).size;
    // Two sentences must say clearly more than one of them.
    if (both - 1 > Math.max(best.score, own))
      best = { score: both - 1, start: sentence.start, end: next.end };
  }
  const { start, end } = best.score > 0 ? best : { start: 0, end: passage.length };
  return { start, end: wholeEnd(passage, start, Math.min(end, start + MAX_QUOTE_CHARS)) };
}

function sentencesOf(text: string): { start: number; end: number }[] {
  const sentences: { start: number; end: number }[] = [];
  let from = 0;
  const add = (to: number) => {
    const sentence = text.slice(from, to);
    const start = from + sentence.length - sentence.trimStart().length;
    const end = from + sentence.trimEnd().length;
    if (end > start) sentences.push({ start, end });
    from = to;
  };
  for (const match of text.matchAll(SENTENCE_END)) add(match.index + match[0].length);
  add(text.length);
  return sentences;
}

/** Does not cut a character in half. */
function wholeEnd(text: string, start: number, end: number): number {
  return end - start > 1 && end < text.length && !text.slice(start, end).isWellFormed() ? end - 1 : end;
}
