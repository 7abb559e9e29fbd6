/** More than people read at once; a browser takes long to lay out megabytes of text. */
export const SHOWN_CHARACTERS = 20_000;

/** The beginning of a text, with an ellipsis for what is left out. Never ends within a character. */
export function cutText(text: string, length = SHOWN_CHARACTERS): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return `${text.slice(0, isHalf ? length - 1 : length)}…`;
}
