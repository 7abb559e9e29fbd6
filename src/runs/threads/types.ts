import type { Item } from '../../models/index.ts';

/** completed; incomplete: cut by a bound or by the caller; failed: an error broke it off after it had begun to answer. */
export type TurnStatus = 'completed' | 'incomplete' | 'failed';

/**
 * One exchange of a conversation: what came in and what was answered. It is the same node whichever API made it: a chat's
 * `message_id` is `msg_` + id, a response's id `resp_` + id.
 */
export interface Turn {
  readonly id: string;
  readonly conversationId: string;
  readonly parentId: string | undefined;
  readonly agentId: string;
  readonly status: TurnStatus;
  readonly input: readonly Item[];
  readonly output: readonly Item[];
  readonly createdAt: number;
}

export interface Conversation {
  readonly id: string;
  /** Empty before the first turn, for a conversation that was made by itself. */
  readonly agentId: string;
  readonly title: string;
  /** Where a turn continues when its caller names no parent; empty before the first turn. */
  readonly newestTurnId: string;
  readonly turnCount: number;
  readonly endUser: string | undefined;
  /** Its maker's own fields; undefined when it began with its first turn. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** An item of a stored conversation, with the id by which the outside knows it. */
export interface StoredItem {
  readonly id: string;
  readonly turnId: string;
  readonly item: Item;
}
