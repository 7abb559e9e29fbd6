import type { Ids } from '../../lib/ids.ts';
import { runErrors } from '../errors.ts';
import type { TurnRequest } from '../types.ts';
import { appendToThread, type Continuation, continueThread } from './continue-thread.ts';
import type { ThreadStore } from './thread-store.ts';
import type { Turn } from './types.ts';

export interface LocatedThread {
  readonly conversationId: string;
  readonly thread: Continuation;
  /** How many turns of the thread's path are on disk; only turns that the caller holds itself may not be. */
  readonly storedCount: number;
}

/**
 * Finds what a request continues and what of it is new. Throws conversation_not_found, message_not_found,
 * nothing_to_answer, tool_results_missing.
 */
export async function locateThread(
  rooms: { ids: Ids; threads: ThreadStore },
  request: TurnRequest,
): Promise<LocatedThread> {
  const found = await findThread(rooms, request);
  // Where the request has gone back, what is stored after that is no part of its path.
  return { ...found, storedCount: Math.min(found.storedCount, found.thread.path.length) };
}

async function findThread(
  { ids, threads }: { ids: Ids; threads: ThreadStore },
  request: TurnRequest,
): Promise<LocatedThread> {
  const { conversationId, parentTurnId, items, memory } = request;
  const join = request.continues === 'append' ? appendToThread : continueThread;
  const { accountId } = request.caller.payer;
  if (memory) {
    const id = memory.turns[0]?.conversationId ?? ids.next('conv_');
    return { conversationId: id, thread: join(memory.turns, items), storedCount: memory.storedCount };
  }
  if (request.as) {
    const path = parentTurnId === undefined ? [] : await threads.path(accountId, parentTurnId);
    return {
      conversationId: request.as.conversationId,
      thread: join(path, items),
      storedCount: path.length,
    };
  }
  if (conversationId === undefined && parentTurnId === undefined) {
    return { conversationId: ids.next('conv_'), thread: join([], items), storedCount: 0 };
  }
  const parent = parentTurnId === undefined ? undefined : await threads.findTurn(accountId, parentTurnId);
  if (parentTurnId !== undefined && !parent) throw unknownParent();
  const id = conversationId ?? parent?.conversationId ?? '';
  const conversation = await threads.findConversation(accountId, id);
  if (!conversation || !isOpenTo(request, conversation.agentId)) {
    const field = request.continues === 'append' ? 'conversation' : 'conversation_id';
    throw runErrors.conversation_not_found(`There is no conversation '${id}'.`, { field });
  }
  if (parent && parent.conversationId !== conversation.id) throw unknownParent();
  const path: Turn[] = await threads.path(accountId, parent?.id ?? conversation.newestTurnId);
  return { conversationId: conversation.id, thread: join(path, items), storedCount: path.length };
}

/** A key that is limited to some agents does not see the conversations of others. */
function isOpenTo({ caller }: TurnRequest, agentId: string): boolean {
  // A conversation that was made by itself belongs to no agent before its first turn.
  return agentId === '' || caller.agentIds === undefined || caller.agentIds.includes(agentId);
}

function unknownParent(): Error {
  return runErrors.message_not_found('parent_message_id names no message of this conversation.', {
    field: 'parent_message_id',
  });
}
