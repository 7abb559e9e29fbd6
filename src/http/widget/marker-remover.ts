const NUMBERS = String.raw`\d{1,4}(?:\s?[,;–-]\s?\d{1,4}){0,19}`;
const MORE = String.raw`(?:[,;]?\s?\[${NUMBERS}\]){0,19}`;
/** `[1]`, `[1, 2]`, `[1], [2]` with the blanks before it; not the text of a link, `[1](…)`, nor a place in a list, `rules[1].when`. */
const MARKERS = String.raw`(?:[ \t]{1,4}\[${NUMBERS}\]${MORE}(?!\()|\[${NUMBERS}\]${MORE}(?!\(|\.[\p{L}_]))`;
const TOKENS = new RegExp(String.raw`${'`'}+|\n|${MARKERS}`, 'gu');
/** What may turn out to be a marker, or not to be one, by what comes next. A row of backticks is looked at from its first only. */
const UNDECIDED = new RegExp(
  String.raw`(?:(?<!${'`'})${'`'}+|[ \t]{0,4}(?:\[${NUMBERS}\][,;.]?\s?){0,19}(?:\[[\d\s,;–-]{0,120})?)$`,
);

/** Takes the markers of sources, such as `[1]`, out of a text that comes in pieces. Code is left as it is. */
export class MarkerRemover {
  #rest = '';
  /** How many backticks have opened the code that this is in; 0: none. */
  #fence = 0;

  /** What is certain by now. */
  push(piece: string): string {
    const text = this.#rest + piece;
    const end = UNDECIDED.exec(text)?.index ?? text.length;
    this.#rest = text.slice(end);
    return this.#clean(text.slice(0, end));
  }

  /** What was left. */
  end(): string {
    const text = this.#rest;
    this.#rest = '';
    return this.#clean(text);
  }

  #clean(text: string): string {
    return text.replace(TOKENS, (token) => {
      if (token === '\n') {
        if (this.#fence < 3) this.#fence = 0;
      } else if (token.startsWith('`')) {
        if (this.#fence === 0) this.#fence = token.length;
        else if (this.#fence === token.length) this.#fence = 0;
      } else if (this.#fence === 0) return '';
      return token;
    });
  }
}
