import { namesOf, type Piece, piecesOf } from './pieces.ts';
import { weightOf, wordsOf } from './words.ts';

/** What of a text says most about the question. */
export interface Excerpt {
  readonly pieces: readonly Piece[];
  /** What the words of the question weigh that stand in it or in the heading over it. */
  readonly score: number;
}

const MAX_CHARS = 320;
const MAX_CODE_CHARS = 400;
/** What stands first under a heading says what the heading promises. */
const FIRST_BONUS = 0.25;
/** Code is an example, seldom the answer; and a text may begin in the middle of a sentence. */
const CODE_MALUS = 0.25;
const FRAGMENT_MALUS = 1;
/** A word of the heading says more than one of the text. */
const HEADING_WEIGHT = 2;

/**
 * The piece that shares the most words with the question, what follows where it only names that, and, of an excerpt that
 * is `long`, what else fits of its paragraph.
 */
export function bestExcerpt(
  passage: { readonly heading: string; readonly text: string },
  about: ReadonlyMap<string, number>,
  isLong: boolean,
): Excerpt {
  const inText = piecesOf(passage.text);
  const pieces = inText.length > 0 ? inText : namesOf(passage.text);
  const heading = wordsOf(passage.heading);
  let best = { index: 0, worth: Number.NEGATIVE_INFINITY, own: 0 };
  for (const [index, piece] of pieces.entries()) {
    const words = wordsOf(piece.text);
    const own = weightOf(words, about);
    const isFragment = index === 0 && piece.kind === 'sentence' && /^\p{Ll}/u.test(piece.text);
    const isFirst = index === 0 && !isFragment && heading.length > 0;
    let worth = isFirst ? FIRST_BONUS + weightOf([...heading, ...words], about) : own;
    if (isFragment) worth -= FRAGMENT_MALUS;
    if (piece.kind === 'code') worth -= CODE_MALUS + (isLong ? 0 : own + HEADING_WEIGHT);
    if (worth > best.worth) best = { index, worth, own };
  }
  // An entry that is named is the answer; one that merely comes first stands for all of its list.
  const chosen = pieces[best.index];
  const isText = chosen?.kind === 'sentence' || (chosen?.kind === 'line' && !chosen.complete);
  const shown = goOn(pieces.slice(best.index), isLong && (best.own === 0 || isText));
  return {
    pieces: [...headOver(pieces, best.index), ...withoutLead(shown)],
    score: best.own + HEADING_WEIGHT * weightOf(heading, about),
  };
}

/** Of figures in a row (`Norway 19.90 39.90`) the line over all such rows, which says what they are. */
function headOver(pieces: readonly Piece[], index: number): readonly Piece[] {
  const isFigures = (piece: Piece | undefined) => piece?.kind === 'line' && piece.complete;
  if (!isFigures(pieces[index])) return [];
  let at = index;
  while (isFigures(pieces[at])) at--;
  const head = pieces[at];
  return head?.kind === 'line' ? [head] : [];
}

/** Without a last `In JavaScript:` that leads to nothing. */
function withoutLead(pieces: readonly Piece[]): readonly Piece[] {
  const leadsOn = pieces.length > 1 && /:["')\]*_]*$/.test(pieces.at(-1)?.text ?? '');
  return leadsOn && pieces.at(-1)?.kind === 'sentence' ? pieces.slice(0, -1) : pieces;
}

/** From the first piece on: to the first that says enough, or to the end of its paragraph, within bounds. */
function goOn(pieces: readonly Piece[], isWhole: boolean): readonly Piece[] {
  const taken: Piece[] = [];
  let chars = 0;
  for (const piece of pieces) {
    const last = taken.at(-1);
    const isNeeded = last === undefined || taken.every(({ complete, kind }) => !complete || kind === 'code');
    // A further question opens another matter.
    const isWelcome =
      isWhole && last?.block === piece.block && piece.kind === last.kind && !piece.text.endsWith('?');
    const isOfList = piece.kind === 'item' && last?.kind === 'item' && taken[0]?.complete === false;
    if (!isNeeded && !isWelcome && !isOfList) break;
    const room = (piece.kind === 'code' ? MAX_CODE_CHARS : MAX_CHARS) - chars;
    if (last !== undefined && piece.text.length > room) {
      // A long text without a sentence is cut; an example, or a further sentence, is left out.
      if (isNeeded && piece.kind !== 'code' && room > MAX_CHARS / 4) taken.push(piece);
      break;
    }
    taken.push(piece);
    if (piece.kind !== 'code') chars += piece.text.length;
  }
  return taken;
}
