import { meantLineEnds } from './line-ends.ts';
import { isStopWord } from './search-terms.ts';
import { wordsOf } from './words.ts';

const MAX_QUOTE_CHARS = 400;
const SENTENCE_END = /(?:[.!?…]["'”’»)]*\s+|[。！？]|\n{2,})/g;

export interface Quote {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds quotes in one passage: for a claim the sentence (or two neighbours) that shares the most telling words with it;
 * the passage's beginning when none does. Offsets are into the passage's text.
 */
export function createQuoter(passage: string): (claim: string) => Quote {
  const sentences = sentencesOf(passage).map(({ start, end }) => ({
    start,
    end,
    keys: tellingWords(passage.slice(start, end)),
  }));
  const known = new Map<string, Quote>();
  return (claim) => {
    const quote = known.get(claim) ??
      bestSentence(tellingWords(claim), sentences) ?? { start: 0, end: passage.length };
    known.set(claim, quote);
    const end = Math.min(quote.end, quote.start + MAX_QUOTE_CHARS);
    return { start: quote.start, end: wholeEnd(passage, quote.start, end) };
  };
}

interface Sentence extends Quote {
  readonly keys: ReadonlySet<string>;
}

function bestSentence(claimed: ReadonlySet<string>, sentences: readonly Sentence[]): Quote | undefined {
  const shared = sentences.map(({ keys }) => claimed.intersection(keys));
  let best: { score: number; start: number; end: number } | undefined;
  for (const [index, { start, end }] of sentences.entries()) {
    const own = shared[index] ?? new Set();
    if (own.size > (best?.score ?? 0)) best = { score: own.size, start, end };
    const next = sentences[index + 1];
    if (!next || next.end - start > MAX_QUOTE_CHARS) continue;
    const both = own.union(shared[index + 1] ?? new Set()).size;
    // Two sentences must say clearly more than one of them.
    if (both - 1 > (best?.score ?? 0)) best = { score: both - 1, start, end: next.end };
  }
  return best;
}

function tellingWords(text: string): Set<string> {
  return new Set(wordsOf(text).flatMap(({ key }) => (isStopWord(key) ? [] : [key])));
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
  const lineEnds = meantLineEnds(text).map(({ index, breaks }) => index + breaks.length);
  const sentenceEnds = [...text.matchAll(SENTENCE_END)].map((match) => match.index + match[0].length);
  for (const end of [...lineEnds, ...sentenceEnds].sort((a, b) => a - b)) add(end);
  add(text.length);
  return sentences;
}

/** Does not cut a character in half. */
function wholeEnd(text: string, start: number, end: number): number {
  return end - start > 1 && end < text.length && !text.slice(start, end).isWellFormed() ? end - 1 : end;
}
