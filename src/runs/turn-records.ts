import { MusterError } from '../lib/errors.ts';
import { stoppedByCaller } from './errors.ts';
import type { AgentResult } from './loop/types.ts';
import type { FinishedRun } from './run-store.ts';
import { type RunningTurn, toStoredTurn } from './running-turn.ts';
import type { BegunTurn } from './threads/begun-turns.ts';
import type { NewTurn } from './threads/thread-store.ts';
import { titleOf } from './threads/title-of.ts';

/** A turn as its conversation keeps it. */
export function toNewTurn(turn: RunningTurn, how: Pick<AgentResult, 'status' | 'output'>): NewTurn {
  return {
    turn: toStoredTurn(turn, how),
    runId: turn.turnIds.runId,
    title: titleOf(turn.thread.input),
    endUser: turn.request.endUser,
  };
}

/** A turn as the log of runs keeps it. `isTurn`: its conversation does so too. */
export function toFinishedRun(
  { request, turnIds, task, createdAt }: RunningTurn,
  how: Pick<AgentResult, 'status' | 'error'>,
  { isTurn, journal, now }: { readonly isTurn: boolean; readonly journal: string; readonly now: number },
): FinishedRun {
  const { status, error } = how;
  return {
    id: turnIds.runId,
    accountId: request.caller.payer.accountId,
    kind: 'chat',
    agentId: request.agent.id,
    agentVersion: request.agent.version,
    model: task.model.info.id,
    keyId: request.caller.keyId,
    userId: request.caller.userId,
    conversationId: isTurn ? turnIds.conversationId : null,
    turnId: isTurn ? turnIds.uid : null,
    status,
    errorCode: error instanceof MusterError ? error.code : error ? 'internal_error' : null,
    errorMessage: error?.message ?? null,
    journal,
    startedAt: createdAt,
    finishedAt: now,
  };
}

/** What is left of a turn if the process dies before it is answered; undefined where nothing is to be left. */
export function toBegunTurn(turn: RunningTurn, now: number): BegunTurn | undefined {
  if (turn.request.store === false) return undefined;
  const cutOff = { status: 'failed', output: [], error: stoppedByCaller() } as const;
  return {
    turn: toNewTurn(turn, cutOff),
    run: toFinishedRun(turn, cutOff, { isTurn: true, journal: '[]', now }),
  };
}
