import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { manualTime } from '../../testing/manual-time.ts';
import { until } from '../../testing/until.ts';
import { Dispatcher, type DispatcherDeps } from './dispatcher.ts';

const ACCOUNT = 'acct_1';
const WEBHOOK = 'wh_1';
const SLOW = 'wh_2';
const POLL_MS = 3_600_000;
type Pending = Awaited<ReturnType<DispatcherDeps['store']['pending']>>;

const pendingOf = (id: string, now: number): Pending[number] => ({
  ...{ id, accountId: ACCOUNT, webhookId: WEBHOOK, messageId: id, event: 'webhook.test', payload: '{}' },
  ...{ status: 'pending', attempts: 0, maxAttempts: 5, nextAttemptAt: now, nextAt: now },
  ...{ createdAt: now, finishedAt: undefined },
});

describe('what is announced while an attempt turns out to be another process’s', () => {
  /** One attempt is under way, and so is the reading of another webhook. */
  const start = async () => {
    const time = manualTime();
    const now = time.clock.now();
    const stored = { pending: [pendingOf('of-another', now)] };
    const slow = Promise.withResolvers<Pending>();
    const attempts: { id: string; leave(isMade: boolean): void }[] = [];
    const dispatcher = new Dispatcher({
      ...{ clock: time.clock, timers: time.timers, pollMs: POLL_MS },
      store: {
        lanes: async () => [WEBHOOK, SLOW].map((id) => ({ id, account_id: ACCOUNT, due_at: now })),
        pending: async (_accountId, webhookId) => (webhookId === SLOW ? slow.promise : stored.pending),
      },
      log: { error: (problem: unknown) => assert.fail(String(problem)) },
      attempt: ({ id }) => new Promise((resolve) => attempts.push({ id, leave: resolve })),
    });
    await dispatcher.start();
    const others = await until('the first attempt', () => attempts[0]);
    return {
      ...{ dispatcher, time, attempts },
      readSlow: () => slow.resolve([]),
      write: (id: string) => {
        stored.pending = [pendingOf(id, now)];
      },
      async leaveToOther() {
        others.leave(false);
        await until('the first attempt to be over', () => dispatcher.underWay === 0);
      },
    };
  };
  type Started = Awaited<ReturnType<typeof start>>;

  const isSent = async ({ attempts, dispatcher }: Started): Promise<void> => {
    const { id, leave } = await until('the second attempt', () => attempts[1]);
    assert.equal(id, 'announced');
    const closed = dispatcher.close();
    leave(true);
    await closed;
  };

  it('is sent at once, if it is there', async () => {
    const started = await start();
    started.write('announced');
    started.dispatcher.wake(ACCOUNT, WEBHOOK);
    await started.leaveToOther();
    started.readSlow();
    await isSent(started);
  });

  it('is looked for soon, if it is about to be written', async () => {
    const started = await start();
    started.readSlow();
    started.dispatcher.expect(ACCOUNT, WEBHOOK);
    await started.leaveToOther();
    started.write('announced');
    started.time.advance(100);
    await isSent(started);
  });
});

it('what is announced is found soon also where the process was held up between its announcement and its writing', async () => {
  const time = manualTime();
  let heldUpMs = 0;
  const clock = { now: () => time.clock.now() + heldUpMs };
  const stored: { pending: Pending; reads: number } = { pending: [], reads: 0 };
  const sent: string[] = [];
  const dispatcher = new Dispatcher({
    ...{ clock, timers: time.timers, pollMs: POLL_MS },
    store: {
      lanes: async () => [],
      pending: async () => {
        stored.reads += 1;
        return stored.pending;
      },
    },
    log: { error: (problem: unknown) => assert.fail(String(problem)) },
    attempt: async ({ id }) => {
      stored.pending = [];
      return Boolean(sent.push(id));
    },
  });
  await dispatcher.start();
  dispatcher.expect(ACCOUNT, WEBHOOK);
  heldUpMs = 60_000;
  time.advance(20);
  await until('a look', () => stored.reads === 1 && time.pending > 1);
  stored.pending = [pendingOf('written-late', clock.now())];
  time.advance(100);
  await until('the attempt', () => sent.length === 1);
  await dispatcher.close();
});

describe('a dispatcher that is closed', () => {
  it('has read to the end, and sends nothing of what it has found then', async () => {
    const time = manualTime();
    const reading = Promise.withResolvers<Pending>();
    const attempts: string[] = [];
    const now = time.clock.now();
    let isRead = false;
    const dispatcher = new Dispatcher({
      ...{ clock: time.clock, timers: time.timers, pollMs: POLL_MS },
      store: {
        lanes: async () => [{ id: WEBHOOK, account_id: ACCOUNT, due_at: now }],
        pending: async () => {
          const found = await reading.promise;
          isRead = true;
          return found;
        },
      },
      log: { error: (problem: unknown) => assert.fail(String(problem)) },
      attempt: async ({ id }) => Boolean(attempts.push(id)),
    });
    await dispatcher.start();
    const closed = dispatcher.close().then(() => isRead);
    reading.resolve([pendingOf('too-late', now)]);
    assert.equal(await closed, true, 'it was closed while it read');
    assert.deepEqual(attempts, []);
  });
});
