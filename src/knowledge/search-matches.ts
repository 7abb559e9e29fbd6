import { MAX_QUERY_TERMS } from './limits.ts';
import { isStopWord, termsOf } from './search-terms.ts';

/** How much a word counts in the document's name, in a heading; in the text it counts 1. */
export const NAME_WEIGHT = 1.5;
export const HEADING_WEIGHT = 5;
/** Two words of the question side by side count as a further, lesser word. */
const PAIR_WEIGHT = 0.5;
/** Agents with more chunks than this are searched where a long query holds up nothing else. */
export const LONG_SEARCH_CHUNKS = 500;

export interface Match {
  /** Two or more must stand side by side. */
  readonly words: readonly string[];
  readonly weight: number;
}

/** What to look up for a question: its telling words, and pairs of them. A question of stop words only, as one phrase. */
export function matchesFor(query: string): Match[] {
  const all = termsOf(query);
  const pairs: Match[] = [];
  for (const [index, word] of all.entries()) {
    const next = all[index + 1];
    if (next === undefined || isStopWord(word) || isStopWord(next)) continue;
    pairs.push({ words: [word, next], weight: PAIR_WEIGHT });
  }
  const telling = [...new Set(all.filter((term) => !isStopWord(term)))].slice(0, MAX_QUERY_TERMS);
  if (telling.length === 0)
    return all.length === 0 ? [] : [{ words: all.slice(0, MAX_QUERY_TERMS), weight: 1 }];
  return [...telling.map((word) => ({ words: [word], weight: 1 })), ...pairs.slice(0, MAX_QUERY_TERMS)];
}
