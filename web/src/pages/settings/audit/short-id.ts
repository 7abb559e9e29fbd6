const ID = /^[a-z]+_[0-9A-Za-z]{12,}$/;

/** The end of an id, by which it is told from others; a name stays whole. */
export function shortId(text: string): string {
  return ID.test(text) ? `…${text.slice(-6)}` : text;
}
