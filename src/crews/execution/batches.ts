import type { Database } from '../../db/index.ts';
import type { Engine } from '../../engine/index.ts';
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
}: {
  engine: Engine;
  store: ExecutionStore;
  db: Database;
  log: Pick<Logger, 'error'>;
}): Batches {
  const watched = new Set<string>();

  async function letIn(accountId: string, jobId: string): Promise<void> {
    await db.write([store.openGate(accountId, jobId)]);
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
    for (;;) {
      const open = await store.openJobs(accountId, { batchId });
      const gated = open.filter(({ isGated }) => isGated);
      const inside = open.filter(({ isGated }) => !isGated);
      if (gated.length === 0) return;
      const room = Math.max(0, batch.concurrency - inside.length);
      for (const { jobId } of gated.slice(0, room)) {
        await letIn(accountId, jobId);
        inside.push({ jobId, status: 'queued', isGated: false });
      }
      const ends = new AbortController();
      try {
        await Promise.race(inside.map(({ jobId }) => engine.waitUntilEnded(accountId, jobId, ends.signal)));
      } finally {
        ends.abort(new Error('Another job of the batch has ended'));
      }
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
