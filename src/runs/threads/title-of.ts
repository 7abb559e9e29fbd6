import type { Item } from '../../models/index.ts';

const TITLE_LENGTH = 80;

/** What a conversation is called that begins with these items: what a person says first; empty where nobody does. */
export function titleOf(items: readonly Item[]): string {
  return textOf(items.find(isFromUser)).replace(/\s+/g, ' ').trim().slice(0, TITLE_LENGTH);
}

export function textOfLastUserMessage(items: readonly Item[]): string {
  return textOf(items.findLast(isFromUser));
}

function isFromUser(item: Item): boolean {
  return item.type === 'message' && item.role === 'user';
}

function textOf(message: Item | undefined): string {
  if (message?.type !== 'message') return '';
  return message.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
}
