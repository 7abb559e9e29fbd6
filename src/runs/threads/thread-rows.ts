import type { Schema } from '../../db/index.ts';
import type { Item } from '../../models/index.ts';
import { itemIds } from './item-ids.ts';
import type { Conversation, StoredItem, Turn, TurnStatus } from './types.ts';

export const TURN_COLUMNS = [
  'id',
  'conversation_id',
  'parent_id',
  'agent_id',
  'status',
  'input',
  'output',
  'created_at',
  'removed',
] as const;

export type TurnRow = Pick<Schema['turns'], (typeof TURN_COLUMNS)[number]>;
export type ConversationRow = Omit<Schema['conversations'], 'account_id'>;

export function toTurn(row: TurnRow): Turn {
  const { input, output } = toItemLists(row);
  return {
    id: row.id,
    conversationId: row.conversation_id,
    parentId: row.parent_id ?? undefined,
    agentId: row.agent_id,
    status: toStatus(row.status),
    input,
    output,
    createdAt: row.created_at,
  };
}

function toItemLists(row: TurnRow): { input: readonly Item[]; output: readonly Item[] } {
  if (row.removed === null) return { input: toItems(row.input), output: toItems(row.output) };
  const { input, output } = toStoredItems(row);
  return { input: input.map(({ item }) => item), output: output.map(({ item }) => item) };
}

/** Ids are given by place, so they are made before anything is left out. */
export function toStoredItems(row: TurnRow): { input: StoredItem[]; output: StoredItem[] } {
  const input = toItems(row.input);
  const output = toItems(row.output);
  const ids = itemIds({ id: row.id, input, output });
  const removed = new Set<string>(row.removed === null ? [] : JSON.parse(row.removed));
  const list = (items: readonly Item[], idsOf: readonly string[]): StoredItem[] =>
    items.flatMap((item, index) => {
      const id = idsOf[index] ?? '';
      return removed.has(id) ? [] : [{ id, turnId: row.id, item }];
    });
  return { input: list(input, ids.input), output: list(output, ids.output) };
}

export function toConversation(row: ConversationRow): Conversation {
  return {
    id: row.id,
    agentId: row.agent_id,
    title: row.title,
    newestTurnId: row.newest_turn_id,
    turnCount: row.turn_count,
    endUser: row.end_user ?? undefined,
    // Written by this room alone, from checked fields.
    metadata: row.metadata === null ? undefined : (JSON.parse(row.metadata) as Record<string, string>),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toStatus(text: string): TurnStatus {
  return text === 'completed' || text === 'incomplete' ? text : 'failed';
}

/** Items were checked when they came in, and written by saveTurn alone. */
function toItems(json: string): Item[] {
  return JSON.parse(json) as Item[];
}
