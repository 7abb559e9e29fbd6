import { estimatePromptTokens, type Item } from '../models/index.ts';
import { firstCall, wantedOutputTokens } from './loop/build-call.ts';
import type { AgentTask } from './loop/types.ts';
import type { Continuation } from './threads/continue-thread.ts';
import { dropOldest } from './threads/drop-oldest.ts';
import type { Turn } from './threads/types.ts';
import type { MemoryThread, TurnIds, TurnOutcome, TurnRequest } from './types.ts';

/** A turn with all that its checks have found out about it. */
export interface RunningTurn {
  readonly request: TurnRequest;
  readonly turnIds: TurnIds;
  readonly thread: Continuation;
  readonly storedCount: number;
  readonly task: AgentTask;
  readonly createdAt: number;
}

function toTurn(turn: RunningTurn, status: Turn['status'], output: readonly Item[]): Turn {
  const { request, turnIds, thread, createdAt } = turn;
  return {
    id: turnIds.uid,
    conversationId: turnIds.conversationId,
    parentId: thread.path.at(-1)?.id,
    agentId: request.agent.id,
    status,
    input: thread.input,
    output,
    createdAt,
  };
}

/** Turns of the path that are not on disk become a part of this one's input, so that what is stored is whole. */
export function toStoredTurn(
  turn: RunningTurn,
  { status, output }: Pick<TurnOutcome, 'status' | 'output'>,
): Turn {
  const { thread, storedCount } = turn;
  const whole = toTurn(turn, status, output);
  if (storedCount === thread.path.length) return whole;
  const missing = thread.path.slice(storedCount).flatMap((earlier) => [...earlier.input, ...earlier.output]);
  return {
    ...whole,
    parentId: thread.path[storedCount - 1]?.id,
    input: [...missing, ...thread.input],
  };
}

/** See PreparedTurn.remember. */
export function remember(
  turn: RunningTurn,
  outcome: Pick<TurnOutcome, 'status' | 'output'>,
  isStored: boolean,
): MemoryThread {
  const { thread, storedCount } = turn;
  if (!isStored) {
    return { turns: [...thread.path, toTurn(turn, outcome.status, outcome.output)], storedCount };
  }
  const turns = [...thread.path.slice(0, storedCount), toStoredTurn(turn, outcome)];
  return { turns, storedCount: turns.length };
}

/** The task with as many of its newest items as the model's window holds beside the answer. */
export function fitWindow(task: AgentTask): AgentTask {
  const { contextWindow } = task.model.info;
  if (contextWindow === undefined) return task;
  const room = contextWindow - wantedOutputTokens(task);
  const items = dropOldest(
    task.items,
    (kept) => estimatePromptTokens(firstCall({ ...task, items: kept })) <= room,
  );
  return items === task.items ? task : { ...task, items };
}
