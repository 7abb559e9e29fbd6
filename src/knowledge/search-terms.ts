/** Longer words are cut: they are keys and encoded data, and an index of them helps nobody. */
const MAX_TERM_CHARS = 40;

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;
/** Scripts that are written without spaces; runs of them are cut into overlapping pairs. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]+/gu;
const HAS_UNSPACED = new RegExp(UNSPACED.source, 'u');

/**
 * The words of a text as they are looked up: lower case, without accents, in order. Letters and digits of all scripts
 * count, nothing else does; so a term never holds a space or a mark of any query language.
 */
export function termsOf(text: string): string[] {
  const words = fold(text).match(WORD) ?? [];
  return words.flatMap((word) =>
    HAS_UNSPACED.test(word) ? cutUnspaced(word) : [word.slice(0, MAX_TERM_CHARS)],
  );
}

function fold(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is asked for
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  return (
    text
      .normalize('NFKD')
      // Accents, and soft hyphens: a question that was copied from a page may have some.
      .replaceAll(/[\u0300-\u036f\u00ad]/g, '')
      .normalize('NFC')
      .toLowerCase()
      .replaceAll('ß', 'ss')
  );
}

function cutUnspaced(word: string): string[] {
  const terms: string[] = [];
  let from = 0;
  for (const match of word.matchAll(UNSPACED)) {
    if (match.index > from) terms.push(word.slice(from, match.index));
    const characters = [...match[0]];
    if (characters.length === 1) terms.push(match[0]);
    for (let i = 0; i + 1 < characters.length; i++) terms.push(`${characters[i]}${characters[i + 1]}`);
    from = match.index + match[0].length;
  }
  if (from < word.length) terms.push(word.slice(from));
  return terms.map((term) => term.slice(0, MAX_TERM_CHARS).toWellFormed());
}

/** Words of English questions that say nothing of their subject. Those of other languages weigh little by being common. */
const STOP_WORDS = new Set(
  `a about above after again all also am an and any are as at be because been before being below between both but by
  can could d did do does doing don down during each few for from further get had has have having he her here hers him
  his how i if in into is it its itself just ll m may me might more most must my no nor not now of off on once only or
  other our ours out over own please re s same shall she should so some such t tell than that the their theirs them then
  there these they this those through to too under until up upon us ve very was we were what when where which while who
  whom whose why will with would you your yours`.split(/\s+/),
);

export function isStopWord(term: string): boolean {
  return STOP_WORDS.has(term);
}
