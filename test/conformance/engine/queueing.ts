import assert from 'node:assert/strict';
import { it } from 'node:test';
import { until } from '../../../src/testing/until.ts';
import { A, B, type EngineWorld, ended, gate, newJob, startEngine, untilStatus } from './harness.ts';

export function queueingTests(world: () => EngineWorld): void {
  it('runs no more jobs at once than allowed, in all and of one account', async () => {
    const now = new Map<string, number>();
    const most = new Map<string, number>();
    const gates: (() => void)[] = [];
    const engine = await startEngine(
      world(),
      async ({ accountId }) => {
        for (const key of [accountId, 'all']) {
          now.set(key, (now.get(key) ?? 0) + 1);
          most.set(key, Math.max(most.get(key) ?? 0, now.get(key) ?? 0));
        }
        await new Promise<void>((resolve) => gates.push(resolve));
        for (const key of [accountId, 'all']) now.set(key, (now.get(key) ?? 0) - 1);
        return {};
      },
      { concurrency: 5, accountConcurrency: 3 },
    );
    const ids = Array.from({ length: 30 }, (_, i) => [`job_${i}`, i % 3 === 0 ? B : A] as const);
    await Promise.all(ids.map(([id, account]) => engine.enqueue(newJob(id, account))));
    let left = ids.length;
    while (left > 0) {
      await until('a job to run', () => gates.length > 0);
      left -= gates.length;
      for (const open of gates.splice(0)) open();
    }
    for (const [id, account] of ids) await ended(engine, id, account);
    assert.deepEqual([most.get('all'), most.get(A)], [5, 3]);
    engine.close();
  });

  it('lets accounts take turns: hundreds of jobs of one do not keep another waiting', async () => {
    const order: string[] = [];
    const first = gate();
    const engine = await startEngine(
      world(),
      async ({ accountId }) => {
        order.push(accountId);
        await first.opened;
        return {};
      },
      { concurrency: 1, accountConcurrency: 1 },
    );
    // Far more than a queue holds in memory, by names in the order in which they run: each is waited for by itself.
    const many = Array.from({ length: 300 }, (_, i) => `a_${String(i).padStart(3, '0')}`);
    await Promise.all(many.map((id) => engine.enqueue(newJob(id, A))));
    for (const id of ['b_1', 'b_2', 'b_3']) await engine.enqueue(newJob(id, B));
    first.open();
    for (const id of ['b_1', 'b_2', 'b_3']) await ended(engine, id, B);
    const lastOfB = order.lastIndexOf(B);
    assert.ok(lastOfB <= 7, `the third job of B came as number ${lastOfB + 1}`);
    for (const id of many) await ended(engine, id);
    assert.equal(order.length, many.length + 3, 'each ran once');
    engine.close();
  });

  it('keeps the order of an account’s jobs, also of more than it holds in memory', async () => {
    const order: string[] = [];
    const engine = await startEngine(
      world(),
      async ({ id }) => {
        order.push(id);
        return {};
      },
      { concurrency: 1 },
    );
    const ids = Array.from({ length: 300 }, (_, i) => `job_${String(i).padStart(3, '0')}`);
    for (const id of ids) {
      await engine.enqueue(newJob(id));
      world().time.advance(1);
    }
    for (const id of ids) await ended(engine, id);
    assert.deepEqual(order, ids);
    engine.close();
  });

  it('starts a delayed job when it is due, the earliest first, also after a restart', async () => {
    const order: string[] = [];
    const run = async ({ id }: { id: string }) => {
      order.push(id);
      return {};
    };
    const { time } = world();
    const before = await startEngine(world(), run);
    const now = time.clock.now();
    await before.enqueue({ ...newJob('last'), availableAt: now + 3_000 });
    await before.enqueue({ ...newJob('late'), availableAt: now + 2_000 });
    await before.enqueue({ ...newJob('soon'), availableAt: now + 1_000 });
    await before.enqueue(newJob('now'));
    await ended(before, 'now');
    time.advance(1_000);
    await ended(before, 'soon');
    await before.drain(0);
    before.close();
    const engine = await startEngine(world(), run);
    assert.deepEqual(order, ['now', 'soon']);
    time.advance(1_000);
    await ended(engine, 'late');
    time.advance(1_000);
    await ended(engine, 'last');
    engine.close();
  });

  it('leaves jobs of a kind that nobody registered in the queue', async () => {
    const before = await startEngine(world(), async () => ({}));
    await before.enqueue({ ...newJob('job_1'), kind: 'future' });
    await before.enqueue(newJob('job_2'));
    await ended(before, 'job_2');
    assert.equal((await before.get(A, 'job_1'))?.status, 'queued');
    before.close();
    const engine = world().createEngine();
    engine.register('future', { run: async () => ({ result: 'known now' }) });
    await engine.start();
    assert.equal((await ended(engine, 'job_1')).result, 'known now');
    engine.close();
  });

  it('runs what was enqueued before it started', async () => {
    const engine = world().createEngine();
    engine.register('work', { run: async () => ({ result: 'ok' }) });
    await engine.enqueue(newJob('job_1'));
    await untilStatus(engine, 'job_1', 'queued');
    await engine.start();
    assert.equal((await ended(engine, 'job_1')).result, 'ok');
    engine.close();
  });
}
