const WINDOW_CHARS = 420;
/** Text up to the end of its line, or of the passage, is shown as well if it is no longer. */
const MORE_CHARS = 120;

interface Window {
  readonly from: number;
  readonly to: number;
}

/** The part of a passage, from the beginning of a line, that has the most of the words in it; the first of equals. */
export function bestWindow(text: string, words: readonly string[]): Window {
  const breaks = [...text.matchAll(/\n+/g)];
  const starts = [0, ...breaks.map(({ index, 0: line }) => index + line.length)];
  let best = { from: 0, count: -1 };
  for (const from of starts) {
    const shown = new Set(
      text
        .slice(from, from + WINDOW_CHARS)
        .toLowerCase()
        .match(/[\p{L}\p{N}]+/gu),
    );
    const count = words.filter((word) => shown.has(word)).length;
    if (count > best.count) best = { from, count };
  }
  const { from } = best;
  const end = from + WINDOW_CHARS;
  if (end + MORE_CHARS >= text.length) return { from, to: text.length };
  const lineEnd = text.indexOf('\n', end);
  if (lineEnd !== -1 && lineEnd - end <= MORE_CHARS) return { from, to: lineEnd };
  const space = text.lastIndexOf(' ', end);
  return { from, to: space > from ? space : end };
}
