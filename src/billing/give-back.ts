import type { Database, Statement } from '../db/index.ts';
import { systemTimers, type Timers } from '../engine/index.ts';

const RETRY_MS = 5_000;

/** For problems that the caller cannot be told of. */
export interface BillingLog {
  warn(fields: object, text: string): void;
}

/**
 * Returns what gives a hold back by these statements and resolves whether or not that could be written: what could not
 * is tried again until it can, or until the next start, which gives back all holds that are left.
 */
export function createGiveBack({
  db,
  log,
  timers = systemTimers,
}: {
  db: Pick<Database, 'write'>;
  log: BillingLog;
  timers?: Timers | undefined;
}): (callId: string, statements: readonly Statement[]) => Promise<void> {
  const left = new Map<string, readonly Statement[]>();
  let isWaiting = false;

  async function tryAgain(): Promise<void> {
    isWaiting = false;
    for (const [callId, statements] of left) {
      try {
        await db.write(statements);
        left.delete(callId);
      } catch {
        // It has been told once; the others would fail as well.
        break;
      }
    }
    waitIfNeeded();
  }

  function waitIfNeeded(): void {
    if (isWaiting || left.size === 0) return;
    isWaiting = true;
    timers.after(RETRY_MS, () => void tryAgain());
  }

  return async (callId, statements) => {
    try {
      await db.write(statements);
    } catch (err) {
      log.warn({ err, callId }, 'A credit hold could not be given back; it will be tried again');
      left.set(callId, statements);
      waitIfNeeded();
    }
  };
}
