import type { Statement } from '../db/index.ts';
import type { Clock } from '../lib/clock.ts';
import { MusterError } from '../lib/errors.ts';
import type { EventOutbox } from '../webhooks/index.ts';
import type { Journal } from './journal.ts';
import type { AgentResult } from './loop/types.ts';
import { messageEvent } from './message-event.ts';
import type { RunStore } from './run-store.ts';
import { type RunningTurn, toStoredTurn } from './running-turn.ts';
import type { ThreadStore } from './threads/thread-store.ts';
import { titleOf } from './threads/title-of.ts';

interface ClosingDeps {
  readonly runStore: RunStore;
  readonly threads: ThreadStore;
  readonly tell: EventOutbox['tell'];
  readonly clock: Clock;
}

interface EndedTurn {
  readonly turn: RunningTurn;
  readonly result: AgentResult;
  readonly journal: Journal;
  /** Whether the conversation is to remember it. */
  readonly isTurn: boolean;
}

/**
 * What keeps a turn that has ended: its run, and the turn itself. A turn that failed before it said anything is no part
 * of the conversation: its sender still has it.
 */
export function closingStatements(
  { runStore, threads, tell, clock }: ClosingDeps,
  { turn, result, journal, isTurn }: EndedTurn,
): Statement[] {
  const { request, turnIds, task, createdAt } = turn;
  const { accountId } = request.caller.payer;
  const { error } = result;
  const run = runStore.saveRun({
    id: turnIds.runId,
    accountId,
    kind: 'chat',
    agentId: request.agent.id,
    agentVersion: request.agent.version,
    model: task.model.info.id,
    keyId: request.caller.keyId,
    userId: request.caller.userId,
    conversationId: isTurn ? turnIds.conversationId : null,
    turnId: isTurn ? turnIds.uid : null,
    status: result.status,
    errorCode: error instanceof MusterError ? error.code : error ? 'internal_error' : null,
    errorMessage: error?.message ?? null,
    journal: journal.toJson(),
    startedAt: createdAt,
    finishedAt: clock.now(),
  });
  if (!isTurn) return [run];
  const saved = threads.saveTurn(accountId, {
    turn: toStoredTurn(turn, result),
    runId: turnIds.runId,
    title: titleOf(turn.thread.input),
    endUser: request.endUser,
  });
  const told = tell(accountId, 'conversation.message', () =>
    messageEvent(turn.request, turnIds, turn.thread.input, result),
  );
  return [...saved, run, ...told];
}
