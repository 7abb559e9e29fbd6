import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { createAudit } from '../audit/index.ts';
import type { Database } from '../db/index.ts';
import { createGuardedHttp } from '../lib/guarded-http/index.ts';
import { createIds } from '../lib/ids.ts';
import { createSecretBox } from '../lib/secrets.ts';
import { type ManualTime, manualTime } from '../testing/manual-time.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import { until } from '../testing/until.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../testing/webhook-receiver.ts';
import { createWebhooks, type Delivery, type Webhooks } from './index.ts';
import { createWebhookStore } from './store.ts';

const ACCOUNT = 'acct_1';
const PAGE = { page: 1, limit: 100 };
const KEY = Buffer.from('0123456789abcdef0123456789abcdef');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('deliveries to webhooks', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let db: Database;
  let time: ManualTime;
  let receiver: WebhookReceiver;
  let webhooks: Webhooks;
  let ticker: NodeJS.Timeout;

  const build = (): Webhooks => {
    const { clock, timers } = time;
    const ids = createIds(clock.now);
    return createWebhooks({
      ...{ db, clock, timers, ids, lowCreditNanoUsd: 1_000n, random: () => 0.5 },
      log: { warn: () => undefined, error: (problem: unknown) => assert.fail(String(problem)) },
      audit: createAudit({ db, clock, ids }),
      secrets: createSecretBox({ current: KEY }),
      guardedHttp: createGuardedHttp({ allowHosts: [receiver.host] }),
    });
  };

  beforeEach(async () => {
    database = await openTestDatabase();
    db = database.db;
    time = manualTime(Date.now());
    // It goes on by itself as well, so that what is looked for soon is looked for.
    ticker = setInterval(() => time.advance(5), 5);
    receiver = await startWebhookReceiver();
    webhooks = build();
    await webhooks.start();
    for (const id of [ACCOUNT, 'acct_2']) await addAccount(id);
  });
  afterEach(async () => {
    clearInterval(ticker);
    await webhooks.close(0);
    await receiver.close();
    await database.close();
  });

  const addAccount = async (id: string): Promise<void> => {
    const account = { id, name: id, tier: 'enterprise', status: 'active', created_at: 0 };
    const money = { balance_nano_usd: 5_000n, held_nano_usd: 0n };
    await db.write([db.statement(db.build.insertInto('accounts').values({ ...account, ...money }))]);
  };
  const add = (accountId = ACCOUNT, url = receiver.url) =>
    webhooks.create(accountId, { url, events: ['job.completed', 'credit.low'] });
  const tell = async (accountId = ACCOUNT, data = { job_id: 'job_1' }): Promise<void> => {
    const statements = webhooks.tell(accountId, 'job.completed', () => data);
    assert.ok(statements.length > 0, 'nobody wants to know');
    await db.write(statements);
    time.advance(20);
  };
  const deliveries = async (id: string, accountId = ACCOUNT): Promise<readonly Delivery[]> =>
    (await webhooks.listDeliveries(accountId, id, {}, PAGE)).items;
  /** Waits until the only delivery has had so many attempts, and is not in one. */
  const settled = async (id: string, attempts: number): Promise<Delivery> => {
    const { id: only } = await until(`attempt ${attempts}`, async () => {
      const [delivery] = await deliveries(id);
      const log = delivery && (await webhooks.getDelivery(ACCOUNT, id, delivery.id)).log;
      return log?.length === attempts && delivery;
    });
    // What was read before the log may be older than it.
    return webhooks.getDelivery(ACCOUNT, id, only);
  };

  it('carry a signature that an independent verifier accepts, and one that is changed does not', async () => {
    const { secret } = await add();
    await tell();
    const [message] = await receiver.waitFor(1);
    assert.ok(message);
    const verifier = new Webhook(secret);
    const payload = verifier.verify(message.body, message.headers);
    assert.partialDeepStrictEqual(payload, { type: 'job.completed', data: { job_id: 'job_1' } });
    assert.throws(() => verifier.verify(message.body.replace('job_1', 'job_2'), message.headers));
  });

  it('carry both signatures while a secret is rotated, and only the new one after that', async () => {
    const { webhook, secret } = await add();
    const rotated = await webhooks.rotateSecret(ACCOUNT, webhook.id, HOUR);
    assert.notEqual(rotated.secret, secret);
    await tell();
    const [first] = await receiver.waitFor(1);
    for (const one of [secret, rotated.secret]) {
      assert.ok(first && new Webhook(one).verify(first.body, first.headers));
    }
    // So that what is signed then is still fresh for the verifier, which goes by the system's clock.
    time.advance(HOUR);
    await tell();
    const [, second] = await receiver.waitFor(2);
    assert.equal(second?.headers['webhook-signature']?.split(' ').length, 1);
  });

  it('are tried again by the schedule, as the same message, until one is taken', async () => {
    const { webhook } = await add();
    receiver.answer(500);
    await tell();
    await settled(webhook.id, 1);
    assert.ok((await webhooks.get(ACCOUNT, webhook.id)).failingSince !== undefined);
    time.advance(2_000);
    await nextTurn();
    assert.equal(receiver.received.length, 1, 'it came before its time');
    time.advance(3_000);
    await settled(webhook.id, 2);
    receiver.answer((_, reply) => reply.writeHead(200).end('thank you'));
    time.advance(5 * MINUTE);
    const { id, status, attempts } = await settled(webhook.id, 3);
    assert.deepEqual({ status, attempts }, { status: 'delivered', attempts: 3 });
    const { log, payload } = await webhooks.getDelivery(ACCOUNT, webhook.id, id);
    assert.deepEqual(
      log.map(({ number, status, response }) => ({ number, status, response })),
      [
        { number: 1, status: 500, response: '' },
        { number: 2, status: 500, response: '' },
        { number: 3, status: 200, response: 'thank you' },
      ],
    );
    assert.equal(payload.type, 'job.completed');
    const [first, ...others] = receiver.received;
    for (const other of others) {
      assert.equal(other.headers['webhook-id'], first?.headers['webhook-id']);
      assert.equal(other.body, first?.body);
    }
    assert.equal((await webhooks.get(ACCOUNT, webhook.id)).failingSince, undefined);
  });

  it('end after ten attempts, and a webhook that took none of them is disabled with a notice', async () => {
    const { webhook } = await add();
    receiver.answer(503);
    await tell();
    const pauses = [5_000, 5 * MINUTE, 30 * MINUTE, 2, 5, 10, 14, 20, 24].map((ms) =>
      ms < 100 ? ms * HOUR : ms,
    );
    for (const [index, pause] of pauses.entries()) {
      await settled(webhook.id, index + 1);
      time.advance(pause);
    }
    const { status } = await settled(webhook.id, 10);
    assert.equal(status, 'failed');
    const disabled = await webhooks.get(ACCOUNT, webhook.id);
    assert.match(disabled.disabledReason ?? '', /10 attempts.*503/);
    // The process knows when the write is acknowledged, a moment after readers.
    await until('nobody to be told', () => webhooks.tell(ACCOUNT, 'job.completed', () => ({})).length === 0);
    const log = await db.all(db.build.selectFrom('audit_log').selectAll());
    assert.deepEqual(
      log.filter(({ action }) => action === 'webhook.disabled').map(({ object_id }) => object_id),
      [webhook.id],
    );
    // Enabled again it is told of what comes then.
    await webhooks.update(ACCOUNT, webhook.id, { isEnabled: true });
    receiver.answer(204);
    await tell();
    await receiver.waitFor(11);
  });

  it('to a receiver that is gone for good (410) end at once and disable it', async () => {
    const { webhook } = await add();
    receiver.answer(410);
    await tell();
    assert.equal((await settled(webhook.id, 1)).status, 'failed');
    assert.match((await webhooks.get(ACCOUNT, webhook.id)).disabledReason ?? '', /410/);
  });

  it('follow no redirect', async () => {
    const { webhook } = await add();
    receiver.answer((_, reply) => reply.writeHead(307, { location: `${receiver.url}/elsewhere` }).end());
    await tell();
    const { id, status } = await settled(webhook.id, 1);
    assert.equal(status, 'pending');
    assert.equal(receiver.received.length, 1);
    const { log } = await webhooks.getDelivery(ACCOUNT, webhook.id, id);
    assert.match(log[0]?.error ?? '', /not followed/);
  });

  it('of one account with a receiver that never answers do not hold up those of another', async () => {
    const slow = await startWebhookReceiver();
    try {
      await webhooks.close(0);
      const { clock, timers } = time;
      const ids = createIds(clock.now);
      webhooks = createWebhooks({
        ...{ db, clock, timers, ids, timeoutMs: 60_000, lowCreditNanoUsd: 0n },
        log: { warn: () => undefined, error: () => undefined },
        audit: createAudit({ db, clock, ids }),
        secrets: createSecretBox({ current: KEY }),
        guardedHttp: createGuardedHttp({ allowHosts: [receiver.host, slow.host] }),
      });
      await webhooks.start();
      slow.answer('hang');
      for (let n = 0; n < 3; n++) await add(ACCOUNT, slow.url);
      await add('acct_2');
      for (let n = 0; n < 20; n++) await tell(ACCOUNT);
      await slow.waitFor(8);
      for (let n = 0; n < 20; n++) await tell('acct_2');
      await receiver.waitFor(20);
      assert.equal(slow.received.length, 8, 'an account has more than its share');
    } finally {
      await webhooks.close(0);
      await slow.close();
    }
  });

  it('that a process which died had under way are made again at the next start, and no other twice', async () => {
    const { webhook } = await add();
    await tell();
    await settled(webhook.id, 1);
    receiver.answer('hang');
    await tell();
    await receiver.waitFor(2);
    // As after a kill: what it had under way ends without a trace in the database.
    const dead = webhooks;
    await dead.close(0);
    webhooks = build();
    receiver.answer(204);
    await webhooks.start();
    // Where others may live on, its claim has to run out first.
    time.advance(MINUTE);
    const messages = await receiver.waitFor(3);
    assert.equal(messages[2]?.headers['webhook-id'], messages[1]?.headers['webhook-id']);
    await settledAll(webhook.id);
    assert.equal(receiver.received.length, 3);
  });

  const settledAll = async (id: string): Promise<void> => {
    const isPending = ({ status }: Delivery): boolean => status === 'pending';
    await until(
      'all deliveries to end',
      () => deliveries(id),
      (all) => !all.some(isPending),
    );
  };

  it('to a webhook that is disabled wait, and are made once it is enabled again', async () => {
    const { webhook } = await add();
    receiver.answer(500);
    await tell();
    await settled(webhook.id, 1);
    await webhooks.update(ACCOUNT, webhook.id, { isEnabled: false });
    time.advance(MINUTE);
    // Whatever the dispatcher does about it, it ends.
    for (let turn = 0; turn < 50; turn++) await nextTurn();
    assert.equal(receiver.received.length, 1);
    receiver.answer(204);
    await webhooks.update(ACCOUNT, webhook.id, { isEnabled: true });
    assert.equal((await settled(webhook.id, 2)).status, 'delivered');
  });

  it('that succeed while their webhook is being changed leave it in order, and the change as well', async () => {
    const { webhook } = await add();
    receiver.answer(500);
    await tell();
    await settled(webhook.id, 1);
    const store = createWebhookStore(db);
    const read = await store.find(ACCOUNT, webhook.id);
    assert.ok(read?.failingSince !== undefined);
    receiver.answer(204);
    time.advance(5 * MINUTE);
    await settled(webhook.id, 2);
    const changed = { ...read, description: 'Changed', updatedAt: read.updatedAt + 1 };
    assert.ok((await db.write([store.update(read, changed)])).ok);
    const { description, failingSince } = await webhooks.get(ACCOUNT, webhook.id);
    assert.deepEqual({ description, failingSince }, { description: 'Changed', failingSince: undefined });
  });

  it('that succeed after another has failed meanwhile leave it in order', async () => {
    const { webhook } = await add();
    const first = Promise.withResolvers<() => void>();
    receiver.answer((_, reply) => first.resolve(() => reply.writeHead(204).end()));
    await tell();
    const accept = await first.promise;
    receiver.answer(500);
    await tell();
    await until('the failure', async () => (await webhooks.get(ACCOUNT, webhook.id)).failingSince);
    accept();
    await until('the success', async () =>
      (await deliveries(webhook.id)).some(({ status }) => status === 'delivered'),
    );
    assert.equal((await webhooks.get(ACCOUNT, webhook.id)).failingSince, undefined);
  });

  it('that the receiver wants no more disable no webhook that has got another address meanwhile', async () => {
    const { webhook } = await add();
    receiver.answer((_, reply) => {
      void webhooks
        .update(ACCOUNT, webhook.id, { url: `${receiver.url}/moved` })
        .then(() => reply.writeHead(410).end());
    });
    await tell();
    assert.equal((await settled(webhook.id, 1)).status, 'failed');
    const { disabledAt, url } = await webhooks.get(ACCOUNT, webhook.id);
    assert.deepEqual({ disabledAt, url }, { disabledAt: undefined, url: `${receiver.url}/moved` });
    const entries = db.build
      .selectFrom('audit_log')
      .select('action')
      .where('action', '=', 'webhook.disabled');
    assert.deepEqual(await db.all(entries), []);
  });

  it('are made for nothing that was not kept', async () => {
    const { webhook } = await add();
    const refused = db.build.updateTable('accounts').set({ name: 'x' }).where('id', '=', 'acct_none');
    const told = webhooks.tell(ACCOUNT, 'job.completed', () => ({}));
    assert.equal((await db.write([...told, db.statement(refused, 'account exists')])).ok, false);
    time.advance(5_000);
    assert.deepEqual(await deliveries(webhook.id), []);
  });

  it('are kept for nobody who does not want to know, and that costs no query', async () => {
    await add('acct_2');
    const { webhook } = await add();
    await webhooks.update(ACCOUNT, webhook.id, { isEnabled: false });
    const none = () => assert.fail('the event was made');
    assert.deepEqual(webhooks.tell(ACCOUNT, 'job.completed', none), []);
    assert.deepEqual(webhooks.tell('acct_2', 'job.failed', none), []);
    assert.deepEqual(webhooks.tellLowCredit(ACCOUNT, 1n), []);
  });

  it('tell of low credit once each time that the balance falls below the bound', async () => {
    const { webhook } = await add();
    const charge = async (cost: bigint): Promise<void> => {
      const change = db.build
        .updateTable('accounts')
        .set((eb) => ({ balance_nano_usd: eb('balance_nano_usd', '-', cost) }))
        .where('id', '=', ACCOUNT);
      await db.write([db.statement(change), ...webhooks.tellLowCredit(ACCOUNT, cost)]);
      time.advance(20);
    };
    await charge(4_000n);
    await charge(1n);
    // Those that are due together are sent side by side.
    await receiver.waitFor(1);
    await charge(1n);
    await charge(-4_000n);
    await charge(4_000n);
    const messages = await receiver.waitFor(2);
    assert.deepEqual(
      messages.map(({ body }) => JSON.parse(body).data),
      [
        { balance_usd: 0.000000999, bound_usd: 0.000001 },
        { balance_usd: 0.000000998, bound_usd: 0.000001 },
      ],
    );
    await settledAll(webhook.id);
    assert.equal(receiver.received.length, 2);
  });

  it('can be replayed under the same id, and a test is sent once whatever comes of it', async () => {
    const { webhook } = await add();
    await tell();
    const first = await settled(webhook.id, 1);
    const replayed = await webhooks.replay(ACCOUNT, webhook.id, first.id);
    assert.notEqual(replayed.id, first.id);
    const [one, two] = await receiver.waitFor(2);
    assert.equal(one?.headers['webhook-id'], two?.headers['webhook-id']);
    await settledAll(webhook.id);

    receiver.answer(418);
    const tried = await webhooks.test(ACCOUNT, webhook.id);
    assert.partialDeepStrictEqual(tried, { event: 'webhook.test', status: 'failed', attempts: 1 });
    assert.equal(tried.log[0]?.status, 418);
    assert.equal((await webhooks.get(ACCOUNT, webhook.id)).disabledAt, undefined);
  });
});
