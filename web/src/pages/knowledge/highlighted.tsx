const WORD = /[\p{L}\p{N}]+/gu;
/** Shorter ones are in nearly every passage. */
const MIN_LENGTH = 3;
/** So many letters in common are most likely one word in two forms: return, returns, returned. */
const STEM_LENGTH = 5;

/** The words of a passage that a question has too, in the passage's form, each once. */
export function matchedWords(question: string, text: string): string[] {
  const asked = wordsOf(question);
  const found = wordsOf(text).filter((word) => asked.some((other) => isSameWord(word, other)));
  return [...new Set(found)];
}

export function Highlighted({ text, words }: { readonly text: string; readonly words: readonly string[] }) {
  const wanted = new Set(words);
  const parts = text.split(/([\p{L}\p{N}]+)/u);
  return parts.map((part, index) =>
    wanted.has(part.toLowerCase()) ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: a text's parts do not move
      <mark key={index}>{part}</mark>
    ) : (
      part
    ),
  );
}

function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(WORD) ?? []).filter((word) => word.length >= MIN_LENGTH);
}

function isSameWord(one: string, other: string): boolean {
  if (one === other) return true;
  const stem = Math.min(one.length, other.length, STEM_LENGTH);
  return stem >= STEM_LENGTH && one.slice(0, stem) === other.slice(0, stem);
}
