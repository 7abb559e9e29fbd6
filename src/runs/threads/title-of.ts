import type { Item } from '../../models/index.ts';

const TITLE_LENGTH = 80;

/** What a conversation is called that begins with these items; empty where nobody has said anything. */
export function titleOf(items: readonly Item[]): string {
  return textOfLastUserMessage(items).replace(/\s+/g, ' ').trim().slice(0, TITLE_LENGTH);
}

export function textOfLastUserMessage(items: readonly Item[]): string {
  const message = items.findLast((item) => item.type === 'message' && item.role === 'user');
  if (message?.type !== 'message') return '';
  return message.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
}
