import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { noFaults } from '../../lib/fault-points.ts';
import { createBatches } from './batches.ts';

it('what fails of one job of a batch while the next is let in is told in the log, and ends nothing else', async () => {
  const told = Promise.withResolvers<string>();
  const batches = createBatches({
    store: {
      findBatch: async () => ({
        ...{ id: 'batch_1', account_id: 'acct_1', crew_id: 'crew_1', concurrency: 2, created_at: 0 },
      }),
      openJobs: async () =>
        ['job_1', 'job_2'].map((jobId) => ({ jobId, status: 'queued' as const, isGated: true })),
      openGate: () => ({ sql: '', params: [] }),
      hasBegun: async () => true,
    },
    engine: {
      async answer(_accountId, jobId) {
        // Long enough for the first one's failure to be there, and nobody to wait for it.
        if (jobId === 'job_2') await nextTurn();
        return 'answered';
      },
      get: async () => undefined,
      waitUntilEnded: () => Promise.reject(new Error('The database is away')),
    },
    db: { write: async () => ({ ok: true, changes: [1] }) },
    log: { error: ({ err }: { err: unknown }) => told.resolve(String(err)) },
    faults: noFaults,
  });
  batches.watch('acct_1', 'batch_1');
  assert.equal(await told.promise, 'Error: The database is away');
});
