import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { Worker } from 'node:worker_threads';

/** Niceness of each thread of this process, by its number; proc(5). */
function nicenessOfThreads(): Map<string, number> {
  const stats = readdirSync('/proc/self/task').map((id) => {
    const stat = readFileSync(`/proc/self/task/${id}/stat`, 'utf8');
    // The name is in parentheses and may hold anything.
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [id, Number(afterName[16])] as const;
  });
  return new Map(stats);
}

test('a worker thread goes after all others, on its own', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const before = nicenessOfThreads();
  const own = before.get(String(process.pid)) ?? 0;
  const module = JSON.stringify(new URL('lower-thread-priority.ts', import.meta.url).href);
  const worker = new Worker(
    `import(${module}).then(({ lowerThreadPriority }) => {
      lowerThreadPriority();
      require('node:worker_threads').parentPort.on('message', () => {}).postMessage('done');
    });`,
    { eval: true },
  );
  t.after(() => worker.terminate());
  await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  const after = nicenessOfThreads();
  const lowered = [...after].filter(([id, niceness]) => niceness !== (before.get(id) ?? own));
  assert.deepEqual(
    lowered.map(([id, niceness]) => [before.has(id), niceness]),
    [[false, Math.min(own + 10, 19)]],
  );
});
