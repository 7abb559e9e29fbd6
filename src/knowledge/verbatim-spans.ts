import type { Passage } from '../tools/index.ts';
import type { CitedSpan } from './marked-claims.ts';
import { type Word, wordsOf } from './words.ts';

/** So many words in a row are no coincidence. */
const MIN_VERBATIM_WORDS = 8;
/** Where the same eight words stand in many places, only so many of them are compared. */
const MAX_PLACES = 4;

export interface VerbatimSpan extends CitedSpan {
  /** In the passage's text. */
  readonly quote: { readonly start: number; readonly end: number };
}

interface Place {
  readonly passage: number;
  readonly at: number;
}

/** The stretches of eight or more words that the answer shares with a passage other than those `except`; longest first wins. */
export function findVerbatimSpans(
  answer: string,
  passages: readonly Passage[],
  except: ReadonlySet<number>,
): VerbatimSpan[] {
  const texts = passages.map(({ text }, index) => (except.has(index) ? [] : wordsOf(text)));
  const places = new Map<string, Place[]>();
  for (const [passage, words] of texts.entries()) {
    for (let at = 0; at + MIN_VERBATIM_WORDS <= words.length; at++) {
      const key = keyAt(words, at);
      const known = places.get(key);
      if (!known) places.set(key, [{ passage, at }]);
      else if (known.length < MAX_PLACES) known.push({ passage, at });
    }
  }
  if (places.size === 0) return [];
  const said = wordsOf(answer);
  const spans: VerbatimSpan[] = [];
  for (let at = 0; at + MIN_VERBATIM_WORDS <= said.length; ) {
    const longest = (places.get(keyAt(said, at)) ?? [])
      .map((place) => ({ place, count: sharedWords(said, at, texts[place.passage] ?? [], place.at) }))
      .reduce<{ place: Place; count: number } | undefined>(
        (best, candidate) => (best && best.count >= candidate.count ? best : candidate),
        undefined,
      );
    const span =
      longest && spanOf(said, at, texts[longest.place.passage] ?? [], longest.place, longest.count);
    if (span) spans.push(span);
    at += longest?.count ?? 1;
  }
  return spans;
}

function spanOf(said: readonly Word[], at: number, words: readonly Word[], place: Place, count: number) {
  const [first, last] = [said[at], said[at + count - 1]];
  const [from, to] = [words[place.at], words[place.at + count - 1]];
  if (!first || !last || !from || !to) return undefined;
  return {
    start: first.start,
    end: last.end,
    passage: place.passage,
    quote: { start: from.start, end: to.end },
  };
}

function sharedWords(said: readonly Word[], at: number, words: readonly Word[], from: number): number {
  let count = 0;
  while (said[at + count] && said[at + count]?.key === words[from + count]?.key) count++;
  return count;
}

function keyAt(words: readonly Word[], at: number): string {
  let key = '';
  for (let i = 0; i < MIN_VERBATIM_WORDS; i++) key += `${words[at + i]?.key} `;
  return key;
}
