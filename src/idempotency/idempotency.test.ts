import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { MusterError } from '../lib/errors.ts';
import { createIds } from '../lib/ids.ts';
import { createSecretBox } from '../lib/secrets.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import { createIdempotency, type Idempotency } from './create-idempotency.ts';
import type { Claim, KeyedRequest } from './types.ts';

const HOUR_MS = 3_600_000;
const REQUEST: KeyedRequest = {
  accountId: 'acct_1',
  key: 'order-1',
  method: 'POST',
  path: '/api/v1/agents',
  principalId: 'user_1',
  body: { name: 'A', model: 'sandbox' },
};
const DAY_MS = 86_400_000;
const REPLY = { status: 201, headers: { etag: '"1"' }, body: '{"id":"agent_1","key":"sk-canary"}' };

async function start() {
  const opened = await openTestDatabase();
  const clock = { ms: Date.parse('2026-11-21T12:00:00Z'), now: () => clock.ms };
  const secrets = createSecretBox({ current: randomBytes(32) });
  let { db } = opened;
  const open = (): Idempotency =>
    createIdempotency({ db, clock, ids: createIds(clock.now), secrets, keepMs: DAY_MS });
  after(opened.close);
  return {
    clock,
    idempotency: open(),
    dump: async () => JSON.stringify(await db.all(db.build.selectFrom('idempotency_keys').selectAll())),
    restart: async () => {
      db = await opened.reopen();
      const again = open();
      await again.releaseInterrupted();
      return again;
    },
  };
}

async function claim(idempotency: Idempotency, request: Partial<KeyedRequest> = {}): Promise<Claim> {
  const admission = await idempotency.admit({ ...REQUEST, ...request });
  assert.equal(admission.type, 'claimed');
  return admission.claim;
}

const refuses = (promise: Promise<unknown>, code: string) =>
  assert.rejects(promise, (error) => error instanceof MusterError && error.code === code);

describe('idempotency', () => {
  it('the first of many requests with a key is let through, the others wait or get its reply', async () => {
    const { idempotency } = await start();
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => idempotency.admit(REQUEST)));
    const admitted = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    assert.equal(admitted.length, 1);
    assert.equal(admitted[0]?.type, 'claimed');
    await refuses(idempotency.admit(REQUEST), 'idempotency_in_progress');
    if (admitted[0]?.type === 'claimed') await admitted[0].claim.keep(REPLY);
    assert.deepEqual(await idempotency.admit(REQUEST), { type: 'replay', reply: REPLY });
  });

  it('the same fields in another order are the same request; anything else is another', async () => {
    const { idempotency } = await start();
    await (await claim(idempotency)).keep(REPLY);
    const same = await idempotency.admit({ ...REQUEST, body: { model: 'sandbox', name: 'A' } });
    assert.equal(same.type, 'replay');
    for (const other of [
      { body: { name: 'B', model: 'sandbox' } },
      { body: undefined },
      { path: '/api/v1/users' },
      { principalId: 'user_2' },
    ]) {
      await refuses(idempotency.admit({ ...REQUEST, ...other }), 'idempotency_key_reused');
    }
    assert.equal((await idempotency.admit({ ...REQUEST, accountId: 'acct_2' })).type, 'claimed');
  });

  it('a key that is released is free for any request', async () => {
    const { idempotency } = await start();
    await (await claim(idempotency)).release();
    await claim(idempotency, { body: { name: 'B' } });
  });

  it('replies survive a restart; what was running then is free', async () => {
    const { idempotency, restart } = await start();
    await (await claim(idempotency)).keep(REPLY);
    await claim(idempotency, { key: 'order-2' });
    const again = await restart();
    assert.deepEqual(await again.admit(REQUEST), { type: 'replay', reply: REPLY });
    await claim(again, { key: 'order-2' });
  });

  it('a key lives a day, and its row is gone soon after', async () => {
    const { idempotency, clock, dump } = await start();
    await (await claim(idempotency)).keep(REPLY);
    clock.ms += 24 * HOUR_MS - 1;
    assert.equal((await idempotency.admit(REQUEST)).type, 'replay');
    clock.ms += 1;
    await (await claim(idempotency, { key: 'order-2' })).keep(REPLY);
    assert.doesNotMatch(await dump(), /order-1/);
    await claim(idempotency, { body: { name: 'B' } });
  });

  it('a request that outlived its key writes nothing over the one that has it now', async () => {
    const { idempotency, clock } = await start();
    const old = await claim(idempotency);
    clock.ms += 25 * HOUR_MS;
    const now = await claim(idempotency);
    await old.keep({ ...REPLY, body: 'old' });
    await old.release();
    await now.keep(REPLY);
    assert.deepEqual(await idempotency.admit(REQUEST), { type: 'replay', reply: REPLY });
  });

  it('what is shown once is not readable in the database', async () => {
    const { idempotency, dump } = await start();
    await (await claim(idempotency)).keep(REPLY);
    assert.doesNotMatch(await dump(), /canary|agent_1/);
  });

  it('a reply that was too large to be kept is never made a second time', async () => {
    const { idempotency } = await start();
    await (await claim(idempotency)).keep(undefined);
    await refuses(idempotency.admit(REQUEST), 'idempotency_reply_not_kept');
  });
});
