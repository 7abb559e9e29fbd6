import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FairQueue } from './fair-queue.ts';
import type { QueuedJob } from './store.ts';

const job = (jobId: string): QueuedJob => ({ jobId, accountId: 'a', epoch: 0, crashes: 0 });

test('a job that comes in while older ones are being loaded is run after them, once', async () => {
  const loads: ((jobs: QueuedJob[]) => void)[] = [];
  const ready: (() => void)[] = [];
  const queue = new FairQueue({
    load: () => new Promise((resolve) => loads.push(resolve)),
    onReady: () => ready.shift()?.(),
  });
  const isReady = () => new Promise<void>((resolve) => ready.push(resolve));
  const take = () => queue.take(() => true, true)?.jobId;

  queue.refresh('a');
  assert.equal(take(), undefined);
  queue.push(job('third'));
  const first = isReady();
  loads[0]?.([job('first'), job('second')]);
  await first;
  assert.deepEqual([take(), take(), take()], ['first', 'second', undefined]);
  const second = isReady();
  loads[1]?.([job('third')]);
  await second;
  assert.deepEqual([take(), take()], ['third', undefined]);
});
