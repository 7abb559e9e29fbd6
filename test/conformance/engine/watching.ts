import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Engine, JobContext, StoredEvent } from '../../../src/engine/index.ts';
import { until } from '../../../src/testing/until.ts';
import { A, crash, type EngineWorld, ended, event, eventsOf, gate, newJob, startEngine } from './harness.ts';

const forever = new Promise<never>(() => undefined);

/** A listener that keeps what it is given, in order. */
async function watch(engine: Engine, id: string, after = 0) {
  const events: StoredEvent[] = [];
  const over = gate();
  const subscription = await engine.subscribe(A, id, after, {
    onEvents: (page) => void events.push(...page),
    onEnd: over.open,
  });
  assert.ok(subscription);
  return { events, over: over.opened, subscription, seqs: () => events.map(({ seq }) => seq) };
}

export function watchingTests(world: () => EngineWorld): void {
  /** A job that tells as many events as it is asked to, one step each. */
  async function talkingEngine() {
    const asked: { count: number; wake: () => void } = { count: 0, wake: () => undefined };
    const engine = await startEngine(world(), async ({ steps }) => {
      for (let i = 1; ; i++) {
        while (asked.count < i) await new Promise<void>((resolve) => (asked.wake = resolve));
        await steps.emit(`${i}`, [event('tick', { i })]);
        if (i === 10) return {};
      }
    });
    const talkUpTo = async (count: number): Promise<void> => {
      asked.count = count;
      asked.wake();
      await until(`${count} events`, async () => {
        const probe = await engine.subscribe(A, 'job_1', 0, { onEvents: () => undefined });
        probe?.close();
        return (probe?.lastSeq ?? 0) >= count;
      });
    };
    await engine.enqueue(newJob('job_1'));
    return { engine, talkUpTo };
  }

  it('replays what was missed and follows live: nothing lost, nothing twice, over after job_status', async () => {
    const { engine, talkUpTo } = await talkingEngine();
    const early = await watch(engine, 'job_1');
    assert.equal(early.subscription.lastSeq, 0);
    await talkUpTo(3);
    const late = await watch(engine, 'job_1', 1);
    assert.equal(late.subscription.lastSeq, 3);
    const ahead = await watch(engine, 'job_1', 7);
    const beyond = await watch(engine, 'job_1', 99);
    await talkUpTo(5);
    await until('five events', () => early.events.length === 5);
    const left = await watch(engine, 'job_1');
    await until('five events', () => left.events.length === 5);
    left.subscription.close();
    await talkUpTo(10);
    await Promise.all([early.over, late.over, ahead.over, beyond.over]);
    const all = Array.from({ length: 11 }, (_, i) => i + 1);
    assert.deepEqual(early.seqs(), all);
    assert.deepEqual(late.seqs(), all.slice(1));
    assert.deepEqual(ahead.seqs(), all.slice(7));
    assert.deepEqual(beyond.seqs(), []);
    assert.deepEqual(left.seqs(), all.slice(0, 5));
    engine.close();
  });

  it('replays a job that has ended and is over, also for one who has seen everything', async () => {
    const engine = await startEngine(world(), async () => ({ events: [event('one'), event('two')] }));
    await engine.enqueue(newJob('job_1'));
    await ended(engine, 'job_1');
    for (const after of [0, 2, 3, 99]) {
      const watcher = await watch(engine, 'job_1', after);
      assert.equal(watcher.subscription.lastSeq, 3);
      await watcher.over;
      assert.deepEqual(watcher.seqs(), [1, 2, 3].slice(after));
    }
    engine.close();
  });

  it('gives a slow watcher nothing more until it is ready, then everything, and holds nobody else up', async () => {
    const { engine, talkUpTo } = await talkingEngine();
    const fast = await watch(engine, 'job_1');
    const pages: number[][] = [];
    const ready = gate();
    const over = gate();
    await engine.subscribe(A, 'job_1', 0, {
      onEvents(page) {
        pages.push(page.map(({ seq }) => seq));
        return pages.length === 1 ? ready.opened : undefined;
      },
      onEnd: over.open,
    });
    await talkUpTo(1);
    await until('a page', () => pages.length === 1);
    await talkUpTo(10);
    await fast.over;
    assert.deepEqual(pages, [[1]]);
    ready.open();
    await over.opened;
    assert.deepEqual(pages.flat(), fast.seqs());
    engine.close();
  });

  it('drops a watcher that throws and goes on for the others', async () => {
    const { engine, talkUpTo } = await talkingEngine();
    const failed = Promise.withResolvers<Error>();
    await engine.subscribe(A, 'job_1', 0, {
      onEvents: () => {
        throw new Error('broken pipe');
      },
      onError: failed.resolve,
    });
    const good = await watch(engine, 'job_1');
    await talkUpTo(10);
    await good.over;
    assert.equal((await failed.promise).message, 'broken pipe');
    assert.equal(good.events.length, 11);
    engine.close();
  });

  it('tells a thousand watchers of one job the same, each everything once', async () => {
    const { engine, talkUpTo } = await talkingEngine();
    await talkUpTo(2);
    const watchers = await Promise.all(
      Array.from({ length: 1_000 }, (_, i) => watch(engine, 'job_1', i % 3)),
    );
    await talkUpTo(10);
    await Promise.all(watchers.map(({ over }) => over));
    for (const [i, { events }] of watchers.entries()) assert.equal(events.length, 11 - (i % 3));
    engine.close();
  });

  it('keeps live words in few events, tells them only once kept, in order with the rest', async () => {
    const said = gate();
    const finish = gate();
    const engine = await startEngine(world(), async ({ steps }) => {
      await steps.within('task_1').step('model', async (step) => {
        for (const text of ['Hel', 'lo', ' ', 'world']) {
          step.live(event('delta', { task_id: 'task_1', text }));
        }
        said.open();
        await finish.opened;
        step.live(event('delta', { task_id: 'task_1', text: '!' }));
        return { value: 1, events: [event('answered')] };
      });
      return {};
    });
    await engine.enqueue(newJob('job_1'));
    const watcher = await watch(engine, 'job_1');
    await said.opened;
    await until('the first event', () => watcher.events.length === 1);
    assert.deepEqual(watcher.events[0]?.data, { task_id: 'task_1', text: 'Hello world' });
    finish.open();
    await watcher.over;
    assert.deepEqual(
      watcher.events.map(({ type, data }) => [type, data.text]),
      [
        ['delta', 'Hello world'],
        ['delta', '!'],
        ['answered', undefined],
        ['job_status', undefined],
      ],
    );
    assert.deepEqual(await eventsOf(engine, 'job_1'), watcher.events);
    engine.close();
  });

  it('does not join the words of different tasks, and writes at most ten times a second', async () => {
    const word = async (
      live: (e: ReturnType<typeof event>) => void,
      task: string,
      text: string,
    ): Promise<void> => {
      live(event('delta', { task_id: task, text }));
    };
    let live: ((e: ReturnType<typeof event>) => void) | undefined;
    const engine = await startEngine(world(), async ({ steps }) => {
      await steps.step('model', async (step) => {
        live = step.live;
        return forever;
      });
      return {};
    });
    await engine.enqueue(newJob('job_1'));
    await until('the step to begin', () => live !== undefined);
    const watcher = await watch(engine, 'job_1');
    const say = (task: string, text: string) => word((e) => live?.(e), task, text);
    await say('a', '1');
    await until('the first event', () => watcher.events.length === 1);
    const { time } = world();
    await until('the next words to be collected', () => time.pending > 1);
    await say('a', '2');
    await say('a', '3');
    await say('b', '4');
    time.advance(99);
    assert.equal((await eventsOf(engine, 'job_1')).length, 1);
    time.advance(1);
    await until('the collected words', () => watcher.events.length === 3);
    assert.deepEqual(
      watcher.events.map(({ data }) => `${data.task_id}${data.text}`),
      ['a1', 'a23', 'b4'],
    );
    engine.close();
  });

  it('tells a step that its live words of an earlier try are in the log', async () => {
    const attempts: number[] = [];
    const first = gate();
    const definition =
      (hang: boolean) =>
      async ({ steps }: JobContext) => {
        await steps.step('model', async (step) => {
          attempts.push(step.attempt);
          step.live(event('delta', { text: `try ${step.attempt}` }));
          if (hang) {
            first.open();
            return forever;
          }
          return { value: 1 };
        });
        return {};
      };
    const before = await startEngine(world(), definition(true));
    await before.enqueue(newJob('job_1'));
    const watcher = await watch(before, 'job_1');
    await until('the first event', () => watcher.events.length === 1);
    crash(before);
    const engine = await startEngine(world(), definition(false));
    await ended(engine, 'job_1');
    assert.deepEqual(attempts, [1, 2]);
    assert.deepEqual(
      (await eventsOf(engine, 'job_1')).map(({ data }) => data.text),
      ['try 1', 'try 2', undefined],
    );
    engine.close();
  });

  it('refuses a final job_status from a job: only its end tells one', async () => {
    const engine = await startEngine(world(), async ({ steps }) => {
      await steps.emit('liar', [event('job_status', { status: 'completed' })]).catch(() => undefined);
      await steps.emit('fine', [event('job_status', { status: 'running' })]).catch(() => undefined);
      return {};
    });
    await engine.enqueue(newJob('job_1'));
    const watcher = await watch(engine, 'job_1');
    await watcher.over;
    assert.deepEqual(
      watcher.events.map(({ data }) => data.status),
      ['running', 'completed'],
    );
    engine.close();
  });
}
