/** Enough of a stem of a lower-case English word that `orders` meets `order`, `deleting` `delete` and `stopping` `stop`. */
export function stemOf(word: string): string {
  const bare = withoutEnding(word);
  if (bare.length > 4 && bare.endsWith('e')) return bare.slice(0, -1);
  // `stopp`, but not `bill` and `process`.
  return bare !== word && bare.length > 3 && /([bdgmnprt])\1$/.test(bare) ? bare.slice(0, -1) : bare;
}

function withoutEnding(word: string): string {
  if (word.length > 5 && word.endsWith('ing')) return word.slice(0, -3);
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (word.length > 4 && word.endsWith('ed')) return word.slice(0, -2);
  if (word.length > 4 && /(?:s|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}
