import type { Item } from '../../models/index.ts';
import type { StoredItem, Turn } from './types.ts';

/** message, reasoning, function call, function call output, tool call of the server's, compaction */
export type ItemKind = 'msg' | 'rs' | 'fc' | 'fco' | 'mtc' | 'cmp';

/** The id of the n-th item of its kind that a turn put out. Made from the turn's own id, so that nothing need be stored. */
export function itemId(kind: ItemKind, uid: string, ordinal: number): string {
  return `${kind}_${uid}_${ordinal}`;
}

/** The turn that an item id belongs to; undefined when it is not one of ours. */
export function turnOfItem(id: string): string | undefined {
  return /^(?:msg|rs|fc|fco|mtc|cmp)_([0-9A-Za-z]{26})_i?\d{1,6}$/.exec(id)?.[1];
}

/**
 * An id for each item of a turn. A call of the server's own tools and its result are one item to the outside, and so
 * are the blocks of one stretch of reasoning.
 */
export function itemIds(turn: Pick<Turn, 'id' | 'input' | 'output'>): { input: string[]; output: string[] } {
  const { id: uid, input, output } = turn;
  const inputCalls = new Map<string, string>();
  const ofInput = input.map((item, index) => {
    if (item.type === 'tool_result') return inputCalls.get(item.callId) ?? `fco_${uid}_i${index}`;
    const id = `${kindOf(item)}_${uid}_i${index}`;
    if (item.type === 'tool_call' && item.runBy === 'server') inputCalls.set(item.callId, id);
    return id;
  });
  const counts: Partial<Record<ItemKind, number>> = {};
  const calls = new Map<string, string>();
  const next = (kind: ItemKind): string => {
    const ordinal = counts[kind] ?? 0;
    counts[kind] = ordinal + 1;
    return itemId(kind, uid, ordinal);
  };
  const ofOutput: string[] = [];
  for (const [index, item] of output.entries()) {
    const isSameReasoning = item.type === 'reasoning' && output[index - 1]?.type === 'reasoning';
    const id = isSameReasoning
      ? (ofOutput[index - 1] ?? next('rs'))
      : item.type === 'tool_result'
        ? (calls.get(item.callId) ?? next('fco'))
        : next(kindOf(item));
    if (item.type === 'tool_call' && item.runBy === 'server') calls.set(item.callId, id);
    ofOutput.push(id);
  }
  return { input: ofInput, output: ofOutput };
}

/** All items of a turn with their ids. */
export function withItemIds(turn: Pick<Turn, 'id' | 'input' | 'output'>): StoredItem[] {
  const ids = itemIds(turn);
  const pair = (items: Turn['input'], of: readonly string[]): StoredItem[] =>
    items.map((item, index) => ({ id: of[index] ?? '', turnId: turn.id, item }));
  return [...pair(turn.input, ids.input), ...pair(turn.output, ids.output)];
}

function kindOf(item: Item): ItemKind {
  switch (item.type) {
    case 'message':
      return item.isSummary ? 'cmp' : 'msg';
    case 'tool_call':
      return item.runBy === 'client' ? 'fc' : 'mtc';
    case 'tool_result':
      return 'fco';
    case 'reasoning':
      return 'rs';
  }
}
