import type { MemoryItem } from './types.ts';

const DAY_MS = 86_400_000;
/** A memory of this age counts half of a fresh one, as far as age counts. */
const HALF_LIFE_DAYS = 30;
/** How much of the score age can take away. */
const AGE_WEIGHT = 0.3;
/** Shorter words say little, except where letters are whole words. */
const LEAST_LETTERS = 3;

/**
 * The memories that have to do with the query, the nearest first: by the words that they share with it, rare ones
 * counting more, and newer before older. What shares no word is left out.
 */
export function rankMemories(
  items: readonly MemoryItem[],
  query: string,
  now: number,
  limit: number,
): MemoryItem[] {
  const wanted = new Set(wordsOf(query));
  if (wanted.size === 0) return [];
  const documents = items.map((item) => ({
    item,
    words: new Set(wordsOf(`${item.category} ${item.content}`)),
  }));
  const counts = new Map<string, number>();
  for (const { words } of documents) {
    for (const word of words) if (wanted.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return documents
    .map(({ item, words }) => ({
      item,
      score: scoreOf(words, wanted, counts, items.length, now - item.updatedAt),
    }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || b.item.updatedAt - a.item.updatedAt)
    .slice(0, limit)
    .map(({ item }) => item);
}

function scoreOf(
  words: ReadonlySet<string>,
  wanted: ReadonlySet<string>,
  counts: ReadonlyMap<string, number>,
  total: number,
  ageMs: number,
): number {
  let shared = 0;
  for (const word of words) {
    if (wanted.has(word)) shared += Math.log(1 + total / (counts.get(word) ?? 1));
  }
  const age = 0.5 ** (Math.max(0, ageMs) / DAY_MS / HALF_LIFE_DAYS);
  return (shared / Math.sqrt(words.size || 1)) * (1 - AGE_WEIGHT + AGE_WEIGHT * age);
}

function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => word.length >= LEAST_LETTERS || /\p{Lo}/u.test(word));
}
