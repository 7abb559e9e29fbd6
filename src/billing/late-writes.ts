import { type Database, DatabaseConflict, type Statement } from '../db/index.ts';
import { systemTimers, type Timers } from '../engine/index.ts';
import { commonErrors, MusterError } from '../lib/errors.ts';
import { formatUsd } from './money.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** More than that is left to the next start, which gives back all holds that there are. */
const MOST = 10_000;

/** For problems that the caller cannot be told of. */
export interface BillingLog {
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/** The end of a call's hold. */
export interface HoldEnd {
  readonly callId: string;
  readonly runId: string;
  readonly accountId: string;
  /** 0 where it is given back. */
  readonly costNanoUsd: bigint;
}

export interface LateWrites {
  /** Writes the statements that end a call's hold, now or when it can be done. Never rejects; waits for the first try only. */
  write(end: HoldEnd, statements: readonly Statement[]): Promise<void>;
  /** The call is made anew: what was to be written of it is not. */
  forget(callId: string): void;
}

interface Late {
  readonly end: HoldEnd;
  readonly statements: readonly Statement[];
  /** Whether the operator knows that it is more than the database being away. */
  isTold: boolean;
}

/**
 * Ends holds whose end could not be written: what fails is tried again, at ever longer intervals, until it is written or
 * its guard tells that the hold has ended. So each is ended exactly once, whoever else tries; a charge that finds its hold
 * gone, and was not made before, is told of as lost. One that keeps failing by itself keeps no other waiting.
 */
export function createLateWrites({
  db,
  isCharged,
  log,
  timers = systemTimers,
}: {
  db: Pick<Database, 'write'>;
  /** Whether the charge of a call is on the ledger. */
  isCharged: (end: HoldEnd) => Promise<boolean>;
  log: BillingLog;
  timers?: Timers | undefined;
}): LateWrites {
  const left = new Map<string, Late>();
  let isWaiting = false;
  let pauseMs = FIRST_PAUSE_MS;

  async function writeEnd(end: HoldEnd, statements: readonly Statement[]): Promise<void> {
    const { ok } = await db.write(statements);
    if (ok || end.costNanoUsd === 0n || (await isCharged(end))) return;
    log.error(fieldsOf(end), 'A call was paid for and cannot be billed: its hold has ended without it');
  }

  async function tryAgain(): Promise<void> {
    for (const late of [...left.values()]) {
      const { end, statements } = late;
      if (left.get(end.callId) !== late) continue;
      try {
        await writeEnd(end, statements);
        pauseMs = FIRST_PAUSE_MS;
      } catch (err) {
        // It has been told once; the others would fail as well.
        if (isAway(err)) break;
        if (!(err instanceof DatabaseConflict)) {
          if (!late.isTold) {
            log.error(
              { err, ...fieldsOf(end) },
              'The end of a call is refused by the database; it is tried on, and its credit stays on hold',
            );
          }
          late.isTold = true;
          continue;
        }
        log.error(
          { err, ...fieldsOf(end) },
          'The end of a call cannot be written; its hold is left to the next start',
        );
      }
      if (left.get(end.callId) === late) left.delete(end.callId);
    }
    isWaiting = false;
    waitIfNeeded();
  }

  function waitIfNeeded(): void {
    if (isWaiting || left.size === 0) return;
    isWaiting = true;
    timers.after(pauseMs, () => void tryAgain());
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }

  return {
    async write(end, statements) {
      try {
        await writeEnd(end, statements);
      } catch (err) {
        const fields = { err, ...fieldsOf(end) };
        if (left.size >= MOST) {
          log.error(fields, 'The end of a call could not be written; its hold is left to the next start');
          return;
        }
        log.warn(fields, 'The end of a call could not be written; it will be tried again');
        left.set(end.callId, { end, statements, isTold: false });
        waitIfNeeded();
      }
    },

    forget(callId) {
      left.delete(callId);
    },
  };
}

function isAway(error: unknown): boolean {
  return error instanceof MusterError && error.code === commonErrors.service_unavailable.code;
}

function fieldsOf({ callId, runId, accountId, costNanoUsd }: HoldEnd): object {
  return { callId, runId, accountId, costUsd: formatUsd(costNanoUsd) };
}
