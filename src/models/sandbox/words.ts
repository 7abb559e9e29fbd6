import { stemOf } from '../../lib/stem.ts';

/** Words too common to say what a text is about. */
const COMMON = new Set(
  (
    'a about an and any are as at be been but by can could did do does for from get give given had has have how i if in ' +
    'into is it its just let like make me my no not of on or our please return returns she so some tell than that the ' +
    'their them then there these they this to up us use used using want was we were what when where which who whose why ' +
    'will with would you your tool function call current new'
  ).split(' '),
);

/** Of a text, what is looked at: what it is about stands in there, and a message may be megabytes. */
const MAX_CHARS = 20_000;

/** The words of a text that carry its matter, in a plain form: lower case, `camelCase` and `snake_case` taken apart. */
export function wordsOf(text: string): readonly string[] {
  const spread = text
    .slice(0, MAX_CHARS)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase();
  const words = spread.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => !COMMON.has(word) && word.length > 1).map(stemOf);
}

/** How many different words of `text` are in `about`. */
export function overlap(text: readonly string[], about: ReadonlySet<string>): number {
  let count = 0;
  for (const word of new Set(text)) if (about.has(word)) count++;
  return count;
}

/** What the different words of `text` that have a weight weigh together. */
export function weightOf(text: readonly string[], weights: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const word of new Set(text)) sum += weights.get(word) ?? 0;
  return sum;
}
