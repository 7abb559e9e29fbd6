const FILLER = 'Qz7mWk2xLr9sVt4pHb8nYc3dJf6gTa5e';
const BLOCK = 16;

/**
 * Padding that brings deltas to few different lengths, so that somebody who sees only their sizes cannot guess the words.
 * The same text has the same padding, because a replayed stream must equal the first one.
 */
export function obfuscationFor(text: string): string {
  const rest = text.length % BLOCK;
  return FILLER.slice(0, rest === 0 ? BLOCK : 2 * BLOCK - rest);
}
