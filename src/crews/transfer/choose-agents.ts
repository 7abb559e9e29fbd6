import { slug } from './slug.ts';
import type { Entry } from './types.ts';

/** Words that agents and tasks are called whatever they do. */
const EMPTY_WORDS = new Set(['agent', 'task', 'the', 'and', 'for', 'of', 'a', 'to', 'senior', 'expert']);
const KEY_WEIGHT = 3;

/**
 * Who could do a task that names nobody, as the YAML files of most projects do: whoever shares the most words with it,
 * else the next in order. A guess, to be told.
 */
export function chooseAgent(task: Entry, index: number, agents: readonly Entry[]): number {
  const key = wordsOf(task.key);
  const text = new Set([...wordsOf(task.fields.description), ...wordsOf(task.fields.expected_output)]);
  const scores = agents.map((agent) => {
    const words = new Set([...wordsOf(agent.key), ...wordsOf(agent.fields.role)]);
    return [...words].reduce(
      (sum, word) => sum + (key.has(word) ? KEY_WEIGHT : 0) + (text.has(word) ? 1 : 0),
      0,
    );
  });
  const best = Math.max(...scores);
  const inOrder = Math.min(index, agents.length - 1);
  return best === 0 || scores[inOrder] === best ? inOrder : scores.indexOf(best);
}

function wordsOf(text: unknown): Set<string> {
  if (typeof text !== 'string') return new Set();
  const words = text.match(/[\p{L}\p{N}]+/gu)?.map((word) => slug(word)) ?? [];
  return new Set(words.filter((word) => word.length > 2 && !EMPTY_WORDS.has(word)).map(stemOf));
}

/** `analyst` and `analysis` are about the same. */
function stemOf(word: string): string {
  return word.slice(0, 5);
}
