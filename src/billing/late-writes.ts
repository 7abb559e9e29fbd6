import { type Database, DatabaseConflict, type Statement } from '../db/index.ts';
import { systemTimers, type Timers } from '../engine/index.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** More than that is left to the next start, which gives back all holds that there are. */
const MOST = 10_000;

/** For problems that the caller cannot be told of. */
export interface BillingLog {
  warn(fields: object, text: string): void;
}

export interface LateWrites {
  /** Writes the statements that end a call's hold, now or when it can be done. Never rejects; waits for the first try only. */
  write(callId: string, statements: readonly Statement[]): Promise<void>;
  /** The call is made anew: what was to be written of it is not. */
  forget(callId: string): void;
}

/**
 * Ends holds whose end could not be written: what fails is tried again, at ever longer intervals, until it is written or
 * its guard tells that the hold has ended. So each is ended exactly once, whoever else tries.
 */
export function createLateWrites({
  db,
  log,
  timers = systemTimers,
}: {
  db: Pick<Database, 'write'>;
  log: BillingLog;
  timers?: Timers | undefined;
}): LateWrites {
  const left = new Map<string, readonly Statement[]>();
  let isWaiting = false;
  let pauseMs = FIRST_PAUSE_MS;

  async function tryAgain(): Promise<void> {
    isWaiting = false;
    for (const [callId, statements] of left) {
      try {
        await db.write(statements);
        pauseMs = FIRST_PAUSE_MS;
      } catch (err) {
        // It has been told once; the others would fail as well.
        if (!(err instanceof DatabaseConflict)) break;
        log.warn({ err, callId }, 'The end of a call cannot be written; its hold is left to the next start');
      }
      if (left.get(callId) === statements) left.delete(callId);
    }
    waitIfNeeded();
  }

  function waitIfNeeded(): void {
    if (isWaiting || left.size === 0) return;
    isWaiting = true;
    timers.after(pauseMs, () => void tryAgain());
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }

  return {
    async write(callId, statements) {
      try {
        await db.write(statements);
      } catch (err) {
        if (left.size >= MOST) {
          log.warn(
            { err, callId },
            'The end of a call could not be written; its hold is left to the next start',
          );
          return;
        }
        log.warn({ err, callId }, 'The end of a call could not be written; it will be tried again');
        left.set(callId, statements);
        waitIfNeeded();
      }
    },

    forget(callId) {
      left.delete(callId);
    },
  };
}
