import type { Database } from '../../db/index.ts';
import type { Engine } from '../../engine/index.ts';
import type { FaultPoints } from '../../lib/fault-points.ts';
import type { Logger } from '../../lib/logger.ts';
import { GATE } from './crew-job.ts';
import type { ExecutionStore } from './execution-store.ts';

export const MAX_BATCH = 1_000;

/** Lets the jobs of a batch in one after another. */
export interface Batches {
  /** Goes on with a batch until all of its jobs have been let in. */
  watch(accountId: string, batchId: string): void;
}

/**
 * Jobs of a batch beyond its concurrency wait at a gate, which is a wait of the engine: that survives restarts and can be
 * stopped like any other. What is kept in memory is only who is to be let in next.
 */
export function createBatches({
  engine,
  store,
  db,
  log,
  faults,
}: {
  engine: Pick<Engine, 'answer' | 'get' | 'waitUntilEnded'>;
  store: Pick<ExecutionStore, 'findBatch' | 'openJobs' | 'openGate' | 'hasBegun'>;
  db: Pick<Database, 'write'>;
  log: Pick<Logger, 'error'>;
  faults: FaultPoints;
}): Batches {
  const watched = new Set<string>();

  async function letIn(accountId: string, jobId: string): Promise<void> {
    // By itself, for a job that has not come to its gate yet; one that waits there is found again after a death here.
    await db.write([store.openGate(accountId, jobId)]);
    faults.hit('batch.gate-opened');
    for (;;) {
      if ((await engine.answer(accountId, jobId, GATE, true)) !== 'not_waiting') return;
      const record = await engine.get(accountId, jobId);
      // One that has not been claimed yet will find its gate open.
      if (record?.status !== 'running' || (await store.hasBegun(accountId, jobId))) return;
      // It is between looking at the gate and waiting at it.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async function pump(accountId: string, batchId: string): Promise<void> {
    const batch = await store.findBatch(accountId, batchId);
    if (!batch) return;
    const open = await store.openJobs(accountId, { batchId });
    const gated = open.filter(({ isGated }) => isGated).map(({ jobId }) => jobId);
    const inside = new Map<string, Promise<string>>();
    const follow = (jobId: string): void => {
      const ended = engine.waitUntilEnded(accountId, jobId).then(() => jobId);
      // It is waited for below; it may fail while the next one is let in.
      ended.catch(() => undefined);
      inside.set(jobId, ended);
    };
    for (const { jobId, isGated } of open) {
      if (isGated) continue;
      // Its gate was opened, and the process died before it was told.
      await engine.answer(accountId, jobId, GATE, true);
      follow(jobId);
    }
    while (gated.length > 0) {
      while (inside.size < batch.concurrency) {
        const jobId = gated.shift();
        if (jobId === undefined) return;
        await letIn(accountId, jobId);
        follow(jobId);
      }
      inside.delete(await Promise.race(inside.values()));
    }
  }

  return {
    watch(accountId, batchId) {
      if (watched.has(batchId)) return;
      watched.add(batchId);
      pump(accountId, batchId)
        .catch((err: unknown) => log.error({ err, batchId }, 'The jobs of a batch could not be let in'))
        .finally(() => watched.delete(batchId));
    },
  };
}
