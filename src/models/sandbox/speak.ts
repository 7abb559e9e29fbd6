import type { Decision } from './decide-reply.ts';

const CHARS_PER_TOKEN = 4;

/** Tokens as the sandbox model counts them. */
export function sandboxTokens(chars: number): number {
  return Math.ceil(chars / CHARS_PER_TOKEN);
}

/** A decision after the caller's bounds: what is really said. */
export interface Speech {
  readonly thought: string;
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly arguments: string }[];
  readonly cutByLength: boolean;
}

/** Applies stop sequences, then the bound on output tokens: thinking first, then words, then tool arguments. */
export function boundSpeech(
  decision: Decision,
  stop: readonly string[],
  maxTokens: number | undefined,
): Speech {
  let text =
    decision.mayGrow && decision.chunks !== undefined ? grow(decision.text, decision.chunks) : decision.text;
  for (const sequence of stop) {
    const at = sequence === '' ? -1 : text.indexOf(sequence);
    if (at !== -1) text = text.slice(0, at);
  }
  let left = maxTokens === undefined ? Number.POSITIVE_INFINITY : maxTokens;
  const take = (wanted: string): string => {
    const taken = sandboxTokens(wanted.length) <= left ? wanted : wanted.slice(0, left * CHARS_PER_TOKEN);
    left -= sandboxTokens(taken.length);
    return taken;
  };
  const thought = take(decision.thought);
  const said = take(text);
  const calls: { name: string; arguments: string }[] = [];
  for (const call of decision.calls) {
    if (left <= 0) break;
    calls.push({ name: call.name, arguments: take(call.arguments) });
  }
  const whole =
    thought === decision.thought &&
    said === text &&
    calls.length === decision.calls.length &&
    calls.every((call, i) => call.arguments === decision.calls[i]?.arguments);
  return { thought, text: said, calls, cutByLength: !whole };
}

/** An echo is shorter than many chunks; it goes on counting until each chunk has a word. */
function grow(text: string, chunks: number): string {
  if ([...text].length >= chunks) return text;
  let grown = text.trimEnd();
  for (let n = 1; grown.length < chunks; n++) grown += ` ${n}`;
  return grown;
}

/** The pieces in which a text is streamed: words with their blanks, or exactly so many parts where it has the length. */
export function piecesOf(text: string, chunks: number | undefined): readonly string[] {
  if (text === '') return [];
  if (chunks === undefined) return text.match(/\s*\S+\s*?(?=\s\S|\s*$)|\s+/g) ?? [text];
  const characters = [...text];
  const count = Math.min(chunks, characters.length);
  const pieces: string[] = [];
  for (let i = 0; i < count; i++) {
    const from = Math.floor((i * characters.length) / count);
    const to = Math.floor(((i + 1) * characters.length) / count);
    pieces.push(characters.slice(from, to).join(''));
  }
  return pieces;
}
