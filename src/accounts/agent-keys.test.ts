import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cpuMsOf } from '../testing/cpu-time.ts';
import { until } from '../testing/until.ts';
import { createFixture, rejectsWith } from './accounts.fixture.ts';
import { makeKeyText } from './key-format.ts';
import { sandboxIdOf } from './sandbox-id.ts';
import type { Revocation } from './types.ts';

const MINUTE = 60_000;

describe('agent keys', async () => {
  const { accounts, db, clock, another, owner } = await createFixture();
  const { accountId, userId } = await owner();
  const other = await accounts.createAccount({
    name: 'Other',
    ownerEmail: 'eve@example.com',
    creditNanoUsd: 0n,
  });
  const otherId = other.account.id;

  it('authenticates with what creation showed once, and stores nothing that would', async () => {
    const created = await accounts.createKey(accountId, { name: 'Website' }, userId);
    assert.match(created.key, /^sk-muster_[0-9A-Za-z]{48}$/);
    assert.ok(created.key.startsWith(created.prefix) && created.key.endsWith(created.last4));
    const { key: _, ...shown } = created;
    assert.deepEqual(await accounts.getKey(accountId, created.id), shown);
    assert.deepEqual(await accounts.authenticateKey(created.key), {
      kind: 'key',
      accountId,
      keyId: created.id,
      keyName: 'Website',
      agentIds: undefined,
      dailyLimitNanoUsd: undefined,
      monthlyLimitNanoUsd: undefined,
      requestLimits: undefined,
      expiresAt: Number.POSITIVE_INFINITY,
    });
    const stored = await db.first(db.build.selectFrom('agent_keys').selectAll().where('id', '=', created.id));
    const secret = created.key.slice(created.prefix.length, -4);
    assert.ok(!Object.values(stored ?? {}).some((value) => String(value).includes(secret)));
  });

  it('carries its limits and agents into the principal', async () => {
    const { key } = await accounts.createKey(
      accountId,
      {
        name: 'Bounded',
        agentIds: ['agent_1', 'crew_2', 'agent_1'],
        dailyLimitNanoUsd: 5n,
        monthlyLimitNanoUsd: 9_007_199_254_740_993n,
      },
      userId,
    );
    const principal = await accounts.authenticateKey(key);
    assert.deepEqual(principal.agentIds, ['agent_1', 'crew_2']);
    assert.equal(principal.dailyLimitNanoUsd, 5n);
    assert.equal(principal.monthlyLimitNanoUsd, 9_007_199_254_740_993n);
  });

  it('refuses a missing key and garbage by code, garbage without asking the database', async () => {
    for (const missing of [undefined, '']) {
      const error = await rejectsWith(accounts.authenticateKey(missing), 'missing_api_key');
      assert.equal(error.status, 401);
      assert.equal(error.spec.type, 'authentication_error');
    }
    const { key } = await accounts.createKey(accountId, { name: 'Typo' }, userId);
    const closed = await createFixture();
    await closed.close();
    const typo = key.slice(0, 30) + (key[30] === 'x' ? 'y' : 'x') + key.slice(31);
    for (const garbage of [
      typo,
      key.slice(0, -1),
      `${key} `,
      'sk-proj-abc',
      "' OR 1=1 --",
      '\0',
      'x'.repeat(8_192),
    ]) {
      await rejectsWith(closed.accounts.authenticateKey(garbage), 'invalid_api_key');
    }
    await assert.rejects(
      closed.accounts.authenticateKey(key),
      /closed|not open/i,
      'a well-formed one is looked up',
    );
  });

  it('does not let a key with the same prefix and another secret pass', async () => {
    const { id, prefix, key } = await accounts.createKey(accountId, { name: 'A' }, userId);
    const { key: forged } = await accounts.createKey(accountId, { name: 'B' }, userId);
    // Random bytes that spell the wanted prefix, and then another key's secret.
    const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    const wanted = [...prefix.slice(10), ...forged.slice(20, 52)];
    const sameStart = makeKeyText(() => Buffer.from(wanted.map((letter) => letters.indexOf(letter))));
    assert.ok(sameStart.startsWith(prefix) && sameStart !== key);
    await rejectsWith(accounts.authenticateKey(sameStart), 'invalid_api_key');
    assert.equal((await accounts.authenticateKey(key)).keyId, id);
    await rejectsWith(accounts.authenticateKey(sameStart), 'invalid_api_key');
  });

  it('is refused from the moment that its revocation returns, and listeners hear of it', async () => {
    const { id, key } = await accounts.createKey(accountId, { name: 'Gone' }, userId);
    await accounts.authenticateKey(key);
    const heard: Revocation[] = [];
    const stop = accounts.onRevoked((revocation) => heard.push(revocation));
    const underWay = accounts.authenticateKey(key);
    const revoked = accounts.revokeKey(accountId, id);
    await underWay;
    await revoked;
    stop();
    await rejectsWith(accounts.authenticateKey(key), 'invalid_api_key');
    assert.deepEqual(heard, [{ kind: 'key', accountId, keyId: id, why: 'revoked' }]);
    await rejectsWith(accounts.getKey(accountId, id), 'not_found');
    await rejectsWith(accounts.revokeKey(accountId, id), 'not_found');
    await rejectsWith(accounts.updateKey(accountId, id, { disabled: false }), 'not_found');
    await accounts.createKey(accountId, { name: 'After' }, userId);
    assert.equal(heard.length, 1, 'a stopped listener hears nothing more');
  });

  it('is refused by other processes within a second of its revocation', async () => {
    const elsewhere = another();
    const { id, key } = await accounts.createKey(accountId, { name: 'Gone elsewhere' }, userId);
    await elsewhere.authenticateKey(key);
    await accounts.revokeKey(accountId, id);
    clock.pass(1_000);
    await rejectsWith(elsewhere.authenticateKey(key), 'invalid_api_key');
  });

  it('is refused while disabled and after its end, each with its code', async () => {
    const { id, key } = await accounts.createKey(accountId, { name: 'On and off' }, userId);
    await accounts.authenticateKey(key);
    await accounts.updateKey(accountId, id, { disabled: true });
    await rejectsWith(accounts.authenticateKey(key), 'api_key_disabled');
    await accounts.updateKey(accountId, id, { disabled: false });
    await accounts.authenticateKey(key);
    await accounts.updateKey(accountId, id, { expiresAt: clock.now() + 500 });
    await accounts.authenticateKey(key);
    clock.pass(500);
    await rejectsWith(accounts.authenticateKey(key), 'api_key_expired');
    clock.pass(5_000);
    await rejectsWith(accounts.authenticateKey(key), 'api_key_expired');
    await accounts.updateKey(accountId, id, { expiresAt: null });
    await accounts.authenticateKey(key);
  });

  it('takes changes in force at once, and null takes a bound away', async () => {
    const { id, key } = await accounts.createKey(
      accountId,
      { name: 'Before', dailyLimitNanoUsd: 1n },
      userId,
    );
    await accounts.authenticateKey(key);
    await accounts.updateKey(accountId, id, {
      name: 'After',
      agentIds: ['agent_x'],
      dailyLimitNanoUsd: null,
    });
    const principal = await accounts.authenticateKey(key);
    assert.equal(principal.keyName, 'After');
    assert.deepEqual(principal.agentIds, ['agent_x']);
    assert.equal(principal.dailyLimitNanoUsd, undefined);
    const unchanged = await accounts.updateKey(accountId, id, {});
    assert.equal(unchanged.name, 'After');
  });

  it('refuses wrong fields with a 400 that names the field', async () => {
    const bad = {
      expires_at: [
        { expiresAt: clock.now() },
        { expiresAt: '2020-01-01T00:00:00Z' },
        { expiresAt: 'tomorrow' },
        { expiresAt: '2030-02-30T00:00:00Z' },
        { expiresAt: '2030-01-01' },
        { expiresAt: '' },
        { expiresAt: Number.NaN },
      ],
      name: [{ name: ' ' }, { name: 'x'.repeat(201) }],
      agent_ids: [{ agentIds: [] }],
      'agent_ids.1': [{ agentIds: ['agent_1', 'all'] }],
      daily_limit_usd: [{ dailyLimitNanoUsd: -1n }],
      monthly_limit_usd: [{ monthlyLimitNanoUsd: 10n ** 30n }],
    };
    for (const [field, inputs] of Object.entries(bad)) {
      for (const input of inputs) {
        const creating = accounts.createKey(accountId, { name: 'Bad', ...input }, userId);
        const error = await rejectsWith(creating, 'validation_error');
        assert.equal(error.details.field, field);
      }
    }
    const good = await accounts.createKey(
      accountId,
      { name: 'Good', expiresAt: '2030-02-28T01:00:00+01:00' },
      userId,
    );
    assert.equal(good.expiresAt, Date.parse('2030-02-28T00:00:00Z'));
  });

  it('notes its last use at most once a minute, and a failure of that never reaches the caller', async () => {
    const { id, key } = await accounts.createKey(accountId, { name: 'Used' }, userId);
    const lastUsedAt = async () => (await accounts.getKey(accountId, id)).lastUsedAt;
    assert.equal(await lastUsedAt(), undefined);
    const first = clock.now();
    await accounts.authenticateKey(key);
    assert.equal(await settled(lastUsedAt, first), first);
    clock.pass(MINUTE - 1);
    await accounts.authenticateKey(key);
    await accounts.createKey(accountId, { name: 'A write that comes after' }, userId);
    assert.equal(await lastUsedAt(), first);
    clock.pass(1);
    await accounts.authenticateKey(key);
    assert.equal(await settled(lastUsedAt, first + MINUTE), first + MINUTE);

    const broken = await createFixture();
    const owner = await broken.owner();
    const made = await broken.accounts.createKey(owner.accountId, { name: 'K' }, undefined);
    await broken.accounts.authenticateKey(made.key);
    const used = async () => (await broken.accounts.getKey(owner.accountId, made.id)).lastUsedAt;
    await settled(used, broken.clock.now());
    broken.clock.pass(MINUTE - 500);
    await broken.accounts.authenticateKey(made.key);
    await broken.close();
    broken.clock.pass(600);
    assert.equal((await broken.accounts.authenticateKey(made.key)).keyId, made.id);
    assert.equal(await settled(async () => broken.warnings.length, 1), 1);
  });

  it('lists the newest first, by page, without other accounts and without secrets', async () => {
    const { accounts: fresh, clock: time, owner: makeOwner } = await createFixture();
    const mine = (await makeOwner()).accountId;
    for (const name of ['one', 'two', 'three']) {
      time.pass(1);
      await fresh.createKey(mine, { name }, undefined);
    }
    const listed = await fresh.listKeys(mine, { page: 1, limit: 2 });
    assert.deepEqual(
      listed.items.map(({ name }) => name),
      ['three', 'two'],
    );
    assert.equal(listed.total, 3);
    assert.deepEqual(
      (await fresh.listKeys(mine, { page: 2, limit: 2 })).items.map(({ name }) => name),
      ['one'],
    );
    assert.doesNotMatch(JSON.stringify(listed), /"key"|"hash"/);
    assert.deepEqual(await accounts.listKeys(otherId, { page: 1, limit: 20 }), {
      items: [],
      total: 0,
      page: 1,
    });
  });

  it('cannot be seen, changed or revoked from another account', async () => {
    const { id, key } = await accounts.createKey(accountId, { name: 'Mine' }, userId);
    const foreign = [
      accounts.getKey(otherId, id),
      accounts.updateKey(otherId, id, { disabled: true }),
      accounts.revokeKey(otherId, id),
    ];
    await Promise.all(foreign.map((attempt) => rejectsWith(attempt, 'not_found')));
    assert.equal((await accounts.authenticateKey(key)).keyId, id);
  });

  it('is refused while its account is suspended', async () => {
    const { key } = await accounts.createKey(otherId, { name: 'Theirs' }, undefined);
    await accounts.authenticateKey(key);
    const heard: Revocation[] = [];
    const stop = accounts.onRevoked((revocation) => heard.push(revocation));
    await accounts.updateAccount(otherId, { status: 'suspended' });
    stop();
    assert.deepEqual(heard, [
      { kind: 'account', accountId: otherId, why: 'suspended' },
      { kind: 'account', accountId: sandboxIdOf(otherId), why: 'suspended' },
    ]);
    assert.equal((await rejectsWith(accounts.authenticateKey(key), 'account_suspended')).status, 403);
    await accounts.updateAccount(otherId, { status: 'active' });
    await accounts.authenticateKey(key);
  });

  it('costs a few microseconds when it was seen within the last second', async () => {
    const { key } = await accounts.createKey(accountId, { name: 'Fast' }, userId);
    for (let i = 0; i < 5_000; i++) await accounts.authenticateKey(key);
    const rounds: number[] = [];
    for (let round = 0; round < 10; round++) {
      rounds.push(
        await cpuMsOf(async () => {
          for (let i = 0; i < 1_000; i++) await accounts.authenticateKey(key);
        }),
      );
    }
    // The best round: other work of the machine only ever adds.
    const microseconds = Math.min(...rounds);
    assert.ok(microseconds < 50, `${microseconds.toFixed(2)} µs`);
  });
});

/** Reads until the value is the expected one; the write runs beside the request. */
async function settled<T>(read: () => Promise<T>, expected: T): Promise<T> {
  return until(`${expected}`, read, (value) => value === expected);
}
