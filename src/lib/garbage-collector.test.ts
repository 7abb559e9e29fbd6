import assert from 'node:assert/strict';
import test from 'node:test';
import { Worker } from 'node:worker_threads';
import { garbageCollector } from './garbage-collector.ts';

const THREADS = 4;
const A_THREAD = 100;

test('the garbage collector is there for threads that ask at the same time', async () => {
  const module = JSON.stringify(new URL('garbage-collector.ts', import.meta.url).href);
  const asking = Array.from({ length: THREADS }, async () => {
    const worker = new Worker(
      `import(${module}).then(({ garbageCollector }) => {
        for (let left = ${A_THREAD}; left > 0; left--) garbageCollector();
      });`,
      { eval: true },
    );
    await new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject));
  });
  await Promise.all(asking);
});

test('the garbage collector gives the memory of what is not used any more back', () => {
  const collect = garbageCollector();
  const heap = (): number => process.memoryUsage().heapUsed;
  let list: object[] = Array.from({ length: 100_000 }, (_, n) => ({ n }));
  const held = heap();
  assert.equal(list.length, 100_000);
  list = [];
  collect();
  assert.ok(heap() < held - 2_000_000, `${held} bytes became ${heap()}`);
});
