import type { Piece } from './pieces.ts';

const MAX_PIECE_CHARS = 600;
const MAX_RECORD_CHARS = 1_000;

/**
 * Pieces of a passage as an answer: sentences in a row, entries and fields as a list, code in a block; then the number of
 * the passage, behind the words that it stands for and never in code.
 */
export function showPieces(pieces: readonly Piece[], number: number): string {
  let text = '';
  let marked = false;
  const mark = () => {
    if (text !== '' && !marked) text += ` [${number}]`;
    marked = text !== '';
  };
  for (const [index, piece] of pieces.entries()) {
    const before = pieces[index - 1];
    if (piece.kind === 'code') {
      if (index === pieces.length - 1) mark();
      text += `${text === '' ? '' : '\n\n'}\`\`\`\n${piece.text}\n\`\`\``;
      continue;
    }
    const asEntry = isEntry(piece, before, pieces);
    text += jointBetween(before, asEntry, text);
    text += asEntry && piece.kind !== 'record' ? `- ${shown(piece)}` : shown(piece);
  }
  // Nothing but code: a number has to stand behind words.
  if (pieces.every(({ kind }) => kind === 'code')) return `As an example [${number}]:\n\n${text}`;
  mark();
  return text;
}

/** Of several entries each has a line of its own; one alone is a sentence like others. */
function isEntry(piece: Piece, before: Piece | undefined, pieces: readonly Piece[]): boolean {
  switch (piece.kind) {
    case 'record':
      return true;
    case 'item':
    case 'row':
      return pieces.length > 1;
    case 'line':
      return before !== undefined;
    default:
      return false;
  }
}

function jointBetween(before: Piece | undefined, asEntry: boolean, text: string): string {
  if (before === undefined) return '';
  if (before.kind === 'code') return '\n\n';
  const isLabel = before.kind === 'line' && !text.includes('\n') && !/[:?!]$/.test(before.text);
  if (asEntry) return isLabel ? ':\n' : '\n';
  if (before.kind === 'sentence' || !text.includes('\n')) return isLabel ? ': ' : ' ';
  return '\n\n';
}

function shown({ kind, text }: Piece): string {
  if (kind !== 'record') return cut(text, MAX_PIECE_CHARS);
  const fields = cut(text, MAX_RECORD_CHARS).split('\n');
  return fields.map((field) => `- ${field}`).join('\n');
}

/** At the end of a word. */
function cut(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const head = text.slice(0, chars + 1);
  const end = Math.max(head.lastIndexOf(' '), head.lastIndexOf('\n'));
  return `${(end > chars / 2 ? head.slice(0, end) : head.slice(0, chars)).trimEnd().toWellFormed()}…`;
}
