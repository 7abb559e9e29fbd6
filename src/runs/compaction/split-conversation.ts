import type { ContentPart, Item } from '../../models/index.ts';

const MAX_RESULT_CHARS = 2_000;
const MAX_QUOTED_CHARS = 4_000;

export interface SplitConversation {
  /** What a summary will stand for. */
  readonly older: readonly Item[];
  /** What stays as it is: instructions, and a question that has no answer yet. */
  readonly retained: readonly Item[];
}

/** Decides what of a conversation is summarised. There is always something, unless the conversation is empty. */
export function splitConversation(items: readonly Item[]): SplitConversation {
  const instructions = items.filter(isInstruction);
  const said = items.filter((item) => !isInstruction(item));
  const answered = said.findLastIndex((item) => item.type !== 'message' || item.role !== 'user');
  const pending = said.slice(answered + 1);
  if (answered === -1) return { older: pending, retained: instructions };
  return { older: said.slice(0, answered + 1), retained: [...instructions, ...pending] };
}

/** A conversation as one text, for a model to summarise; its end, when it is longer than `maxChars`. */
export function toTranscript(items: readonly Item[], maxChars: number): string {
  const text = items.flatMap(toLine).join('\n\n');
  return text.length <= maxChars ? text : `[…]\n${text.slice(-maxChars)}`;
}

/**
 * The text that stands for what was summarised. Beside the summary it has the user's latest words as they were, within an
 * eighth of the original's length, because names and numbers are what summaries lose.
 */
export function toStandIn(summary: string, items: readonly Item[]): string {
  const texts = items.flatMap((item) =>
    item.type === 'message' && item.role === 'user' && !item.isSummary ? [textOf(item.content).trim()] : [],
  );
  const total = items.flatMap(toLine).reduce((sum, line) => sum + line.length, 0);
  let room = Math.min(MAX_QUOTED_CHARS, Math.floor(total / 8));
  const quoted: string[] = [];
  for (const text of texts.toReversed()) {
    if (text === '' || text.length > room) break;
    room -= text.length;
    quoted.unshift(text);
  }
  const parts = [`Summary of the conversation so far:\n${summary.trim()}`];
  if (quoted.length > 0) {
    parts.push(`What the user said last, word for word:\n${quoted.map((text) => `- ${text}`).join('\n')}`);
  }
  return parts.join('\n\n');
}

function toLine(item: Item): string[] {
  switch (item.type) {
    case 'message': {
      const text = textOf(item.content);
      if (text.trim() === '') return [];
      return [
        item.isSummary ? `Earlier: ${text}` : `${item.role === 'assistant' ? 'Assistant' : 'User'}: ${text}`,
      ];
    }
    case 'tool_call':
      return [`Tool call: ${item.name}(${shortened(item.arguments)})`];
    case 'tool_result':
      return [`Tool result: ${shortened(item.output)}`];
    case 'reasoning':
      return [];
  }
}

function shortened(text: string): string {
  return text.length <= MAX_RESULT_CHARS ? text : `${text.slice(0, MAX_RESULT_CHARS)}…`;
}

function textOf(content: readonly ContentPart[]): string {
  return content
    .map((part) => (part.type === 'text' || part.type === 'refusal' ? part.text : `[${part.type}]`))
    .join('\n');
}

function isInstruction(item: Item): boolean {
  return item.type === 'message' && (item.role === 'system' || item.role === 'developer');
}
