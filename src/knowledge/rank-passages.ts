import { stemOf } from '../lib/stem.ts';
import type { Passage } from '../tools/index.ts';
import { PATH_SEPARATOR } from './chunk-text.ts';
import { MAX_QUERY_TERMS } from './limits.ts';
import { isStopWord, termsOf } from './search-terms.ts';

/** What a heading, or a title, that says just what was asked adds to a passage's score, as a share of it. */
const HEADING_BONUS = 1;
const TITLE_BONUS = 0.3;
/** What a passage may gain is bounded, so that one much further down need not be looked at. */
const CANDIDATES_PER_RESULT = 4;

/** How many of the best by their words are to be compared by their headings. */
export function candidatesFor(results: number, most: number): number {
  return Math.min(most, results * CANDIDATES_PER_RESULT);
}

/**
 * Orders found passages anew: those go up whose own heading, and whose document's title, say what was asked and little
 * else. A search index sees only which words a heading has: to it, `Restore a backup` is as good as `Backups`.
 */
export function rankPassages(query: string, passages: readonly Passage[]): Passage[] {
  const asked = new Set([...tellingWords(query)].slice(0, MAX_QUERY_TERMS));
  const ranked = passages.map((passage) => {
    const path = passage.heading.split(PATH_SEPARATOR);
    const title = `${passage.documentName.replace(/\.\w{1,5}$/, '')} ${path.length > 1 ? path[0] : ''}`;
    const bonus =
      HEADING_BONUS * likeness(asked, tellingWords(path.at(-1) ?? '')) +
      TITLE_BONUS * likeness(asked, tellingWords(title));
    return { ...passage, score: passage.score * (1 + bonus) };
  });
  return ranked.sort((a, b) => b.score - a.score);
}

/** 1 when the words are the same, 0 when none is. */
function likeness(asked: ReadonlySet<string>, words: ReadonlySet<string>): number {
  const shared = asked.intersection(words).size;
  return shared === 0 ? 0 : (2 * shared) / (asked.size + words.size);
}

function tellingWords(text: string): Set<string> {
  return new Set(termsOf(text).flatMap((term) => (isStopWord(term) ? [] : [stemOf(term)])));
}
