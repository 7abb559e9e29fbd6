import type { Database } from '../db/index.ts';
import { systemTimers, type Timers } from '../engine/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import { createRetentionStore } from './retention-store.ts';

const FIRST_MS = 60_000;
const EVERY_MS = 10 * 60_000;
/** Between two batches, so that what people wait for goes first. */
const PAUSE_MS = 50;
const JOBS = 20;
const EVENTS = 1_000;
const DELIVERIES = 500;

export interface RetentionDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly timers?: Timers | undefined;
  readonly log: Pick<Logger, 'info' | 'error'>;
  /** How long the traces of jobs that have ended are kept; 0: for ever. */
  readonly tracesMs: number;
  /** The same of deliveries to webhooks. */
  readonly deliveriesMs: number;
  /** The same of lines of the audit log, and what takes those off that were written before, batch by batch. */
  readonly auditMs: number;
  readonly audit: { cut(before: number): AsyncGenerator<number, void>; signAgain(): Promise<void> };
}

/** How many of each were removed. */
export interface Swept {
  readonly jobs: number;
  readonly deliveries: number;
  readonly auditLines: number;
}

export interface Retention {
  start(): void;
  /** Removes what is past its time, in small batches. Resolves when nothing is left, or when it is closed. */
  sweep(): Promise<Swept>;
  close(): Promise<void>;
}

/**
 * Takes away what nobody has to keep: the traces of jobs and the log of deliveries; of the audit log
 * what the operator does not want to keep. Jobs with their results, conversations, usage and ledger stay.
 */
export function createRetention(deps: RetentionDeps): Retention {
  const { db, clock, log, timers = systemTimers, tracesMs, deliveriesMs, auditMs } = deps;
  const store = createRetentionStore(db);
  let isOpen = true;
  let cancel: (() => void) | undefined;
  let sweeping: Promise<unknown> | undefined;

  const pause = async (): Promise<void> => {
    if (isOpen) await new Promise<void>((resolve) => void setTimeout(resolve, PAUSE_MS));
  };

  const remove = async (statements: Parameters<Database['write']>[0]): Promise<void> => {
    await db.write(statements, { ack: 'applied' });
    await pause();
  };

  async function sweepTraces(before: number): Promise<number> {
    let count = 0;
    while (isOpen) {
      const jobs = await store.jobsWithTraces(before, JOBS);
      for (const { id, lastSeq } of jobs) {
        if (!isOpen) return count;
        // Marked first: while it is being removed nobody takes what is left of it for the whole.
        if (lastSeq > EVENTS) {
          await remove([store.setTraceState(id, 1)]);
          for (let upTo = EVENTS; upTo < lastSeq && isOpen; upTo += EVENTS)
            await remove([store.deleteEvents(id, upTo)]);
        }
        const rest = [store.deleteEvents(id, lastSeq), store.deleteSteps(id), store.setTraceState(id, 2)];
        await remove(rest);
        count += 1;
      }
      if (jobs.length < JOBS) break;
    }
    return count;
  }

  async function sweepDeliveries(before: number): Promise<number> {
    let count = 0;
    while (isOpen) {
      const ids = await store.oldDeliveries(before, DELIVERIES);
      if (ids.length > 0) await remove(store.deleteDeliveries(ids));
      count += ids.length;
      if (ids.length < DELIVERIES) break;
    }
    return count;
  }

  async function sweepAudit(before: number): Promise<number> {
    let count = 0;
    for await (const lines of deps.audit.cut(before)) {
      count += lines;
      await pause();
      if (!isOpen) break;
    }
    return count;
  }

  async function sweep(): Promise<Swept> {
    const now = clock.now();
    const jobs = tracesMs === 0 ? 0 : await sweepTraces(now - tracesMs);
    const deliveries = deliveriesMs === 0 ? 0 : await sweepDeliveries(now - deliveriesMs);
    await deps.audit.signAgain();
    const auditLines = auditMs === 0 ? 0 : await sweepAudit(now - auditMs);
    const swept = { jobs, deliveries, auditLines };
    if (Object.values(swept).some((count) => count > 0)) log.info(swept, 'Removed what was past its time');
    return swept;
  }

  const schedule = (ms: number): void => {
    cancel = timers.after(ms, () => {
      sweeping = sweep()
        .catch((err: unknown) => log.error({ err }, 'What is past its time could not be removed'))
        .finally(() => {
          sweeping = undefined;
          if (isOpen) schedule(EVERY_MS);
        });
    });
  };

  return {
    start: () => schedule(FIRST_MS),
    sweep,
    async close() {
      isOpen = false;
      cancel?.();
      await sweeping;
    },
  };
}
