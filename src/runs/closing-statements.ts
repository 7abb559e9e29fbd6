import type { Statement } from '../db/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { EventOutbox } from '../webhooks/index.ts';
import type { Journal } from './journal.ts';
import type { AgentResult } from './loop/types.ts';
import { messageEvent } from './message-event.ts';
import type { RunStore } from './run-store.ts';
import type { RunningTurn } from './running-turn.ts';
import type { ThreadStore } from './threads/thread-store.ts';
import { toFinishedRun, toNewTurn } from './turn-records.ts';

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
  const { accountId } = turn.request.caller.payer;
  const how = { isTurn, journal: journal.toJson(), now: clock.now() };
  const run = runStore.saveRun(toFinishedRun(turn, result, how));
  if (!isTurn) return [run];
  const saved = threads.saveTurn(accountId, toNewTurn(turn, result));
  const told = tell(accountId, 'conversation.message', () =>
    messageEvent(turn.request, turn.turnIds, turn.thread.input, result),
  );
  return [...saved, run, ...told];
}
