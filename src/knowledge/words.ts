/** A word of a text with its place; `key` is the same for words that count as equal. */
export interface Word {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** The words of a text, in order. Case, white space and punctuation between them do not matter. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    words.push({ key: match[0].toLowerCase(), start: match.index, end: match.index + match[0].length });
  }
  return words;
}
