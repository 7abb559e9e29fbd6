import type { ModelCall, ToolResultItem } from '../types.ts';
import { readScript, type Script } from './directives.ts';

/** The part of a conversation that a reply of the sandbox model depends on. */
export interface Turn {
  readonly script: Script;
  /** Of this turn: since the last user message. */
  readonly results: readonly ToolResultItem[];
  /** Instructions and system messages, where passages may have been put. */
  readonly systemText: string;
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
  };
}
