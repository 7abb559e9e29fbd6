import type { ContentPart, ModelCall, ToolResultItem } from '../types.ts';
import { readScript, type Script } from './directives.ts';

/** The part of a conversation that a reply of the sandbox model depends on. */
export interface Turn {
  readonly script: Script;
  /** Of this turn: since the last user message. */
  readonly results: readonly ToolResultItem[];
  /** Instructions and system messages, where passages may have been put. */
  readonly systemText: string;
  /** Of the last user message: `2 images and 1 file`; empty where it is text alone. */
  readonly unseen: string;
}

export function readTurn(call: ModelCall): Turn {
  const at = call.items.findLastIndex((item) => item.type === 'message' && item.role === 'user');
  const last = call.items[at];
  let text = '';
  if (last?.type === 'message') {
    for (const part of last.content)
      if (part.type === 'text') text += text === '' ? part.text : `\n${part.text}`;
  }
  let systemText = call.instructions ?? '';
  for (const item of call.items) {
    if (item.type !== 'message' || (item.role !== 'system' && item.role !== 'developer')) continue;
    for (const part of item.content) if (part.type === 'text') systemText += `\n${part.text}`;
  }
  return {
    script: readScript(text),
    results: call.items.slice(at + 1).filter((item) => item.type === 'tool_result'),
    systemText,
    unseen: last?.type === 'message' ? unseenOf(last.content) : '',
  };
}

function unseenOf(content: readonly ContentPart[]): string {
  const counted = (['image', 'file'] as const).flatMap((type) => {
    const count = content.filter((part) => part.type === type).length;
    return count === 0 ? [] : [`${count} ${type}${count === 1 ? '' : 's'}`];
  });
  return counted.join(' and ');
}
