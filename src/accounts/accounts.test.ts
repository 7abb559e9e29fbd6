import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Database } from '../db/index.ts';
import { createFixture, OWNER_EMAIL, OWNER_PASSWORD, rejectsWith } from './accounts.fixture.ts';

const CREDIT = 10_000_000_000n;

const ledgerOf = async (db: Database, accountId: string) => {
  const rows = await db.all(db.build.selectFrom('ledger').selectAll().where('account_id', '=', accountId));
  return { rows, sum: rows.reduce((sum, row) => sum + row.amount_nano_usd, 0n) };
};

describe('the first owner', () => {
  it('is made once, with the starting credit, and never touched again', async () => {
    const { accounts, db, signIn } = await createFixture();
    assert.equal(await accounts.hasAnyAccount(), false);
    const first = { email: OWNER_EMAIL, password: OWNER_PASSWORD, creditNanoUsd: CREDIT };
    const created = await accounts.createFirstOwner(first);
    assert.equal(created.status, 'created');
    assert.equal(created.setupToken, undefined);
    assert.equal(await accounts.hasAnyAccount(), true);
    const again = await accounts.createFirstOwner({
      ...first,
      email: 'x@example.com',
      password: 'another-password',
    });
    assert.deepEqual(again, { status: 'ready' });
    const owner = await signIn(OWNER_EMAIL);
    assert.deepEqual([owner.role, owner.isOperator], ['owner', true]);
    const { rows, sum } = await ledgerOf(db, owner.accountId);
    assert.equal(sum, CREDIT);
    assert.equal((await accounts.getAccount(owner.accountId)).balanceNanoUsd, CREDIT);
    assert.deepEqual(
      [rows[0]?.id, rows[0]?.kind, rows[0]?.reason],
      [`grant_${owner.accountId}`, 'grant', 'Starting credit'],
    );
  });

  it('without a password gets a set-up link, and a new one on each start until it was used', async () => {
    const { accounts, signIn } = await createFixture();
    const start = () => accounts.createFirstOwner({ email: OWNER_EMAIL, creditNanoUsd: CREDIT });
    const created = await start();
    const pending = await start();
    assert.ok(created.status === 'created' && pending.status === 'pending');
    assert.equal(pending.userId, created.userId);
    await rejectsWith(accounts.completeSetup(created.setupToken ?? '', OWNER_PASSWORD), 'invalid_setup_link');
    await accounts.completeSetup(pending.setupToken ?? '', OWNER_PASSWORD);
    assert.deepEqual(await start(), { status: 'ready' });
    await signIn(OWNER_EMAIL);
  });

  it('takes a password that is set later, while there is none', async () => {
    const { accounts, signIn } = await createFixture();
    const created = await accounts.createFirstOwner({ email: OWNER_EMAIL, creditNanoUsd: 0n });
    assert.ok(created.status === 'created');
    const later = { email: OWNER_EMAIL, password: OWNER_PASSWORD, creditNanoUsd: 0n };
    assert.deepEqual(await accounts.createFirstOwner(later), { status: 'ready' });
    await signIn(OWNER_EMAIL);
    await rejectsWith(
      accounts.completeSetup(created.setupToken ?? '', 'another-password'),
      'invalid_setup_link',
    );
  });

  it('is one, however many start at once', async () => {
    const { accounts, another } = await createFixture();
    const starters = [accounts, another(), another(), another()];
    const results = await Promise.all(
      starters.map((starter, i) =>
        starter.createFirstOwner({
          email: `o${i % 2}@example.com`,
          password: OWNER_PASSWORD,
          creditNanoUsd: CREDIT,
        }),
      ),
    );
    assert.equal(results.filter(({ status }) => status === 'created').length, 1);
    assert.equal((await accounts.listAccounts({ page: 1, limit: 10 })).total, 1);
  });

  it('with a password that is too weak stops with the reason', async () => {
    const { accounts } = await createFixture();
    const weak = accounts.createFirstOwner({
      email: OWNER_EMAIL,
      password: 'password123',
      creditNanoUsd: 0n,
    });
    assert.equal((await rejectsWith(weak, 'validation_error')).details.field, 'MUSTER_OWNER_PASSWORD');
    assert.equal(await accounts.hasAnyAccount(), false);
  });
});

describe('accounts', () => {
  it('are made whole or not at all', async () => {
    const { accounts, db, owner } = await createFixture();
    const actor = await owner();
    const input = { name: 'Other', ownerEmail: OWNER_EMAIL, creditNanoUsd: 5n, createdBy: actor.userId };
    const taken = await rejectsWith(accounts.createAccount(input), 'email_taken');
    assert.equal(taken.status, 409);
    assert.equal(taken.details.field, 'owner_email');
    assert.equal((await accounts.listAccounts({ page: 1, limit: 10 })).total, 1);
    assert.equal((await db.all(db.build.selectFrom('ledger').selectAll())).length, 1);

    const made = await accounts.createAccount({ ...input, ownerEmail: 'eve@example.com' });
    assert.match(made.account.id, /^acct_/);
    assert.deepEqual([made.account.tier, made.account.status], ['enterprise', 'active']);
    assert.deepEqual(await accounts.getAccount(made.account.id), made.account);
    assert.equal((await ledgerOf(db, made.account.id)).sum, 5n);
    assert.equal((await ledgerOf(db, made.account.id)).rows[0]?.actor, actor.userId);
    await accounts.completeSetup(made.setupToken ?? '', OWNER_PASSWORD);
    const poor = await accounts.createAccount({ ...input, ownerEmail: 'po@example.com', creditNanoUsd: 0n });
    assert.equal((await ledgerOf(db, poor.account.id)).sum, poor.account.balanceNanoUsd);
  });

  it('refuse wrong fields by name', async () => {
    const { accounts } = await createFixture();
    const good = { name: 'A', ownerEmail: 'a@example.com', creditNanoUsd: 1n };
    const bad: [string, object][] = [
      ['name', { name: '' }],
      ['owner_email', { ownerEmail: 'nobody' }],
      ['owner_email', { ownerEmail: '' }],
      ['owner_password', { ownerPassword: 'short' }],
      ['tier', { tier: 'gold' }],
      ['credit_usd', { creditNanoUsd: -1n }],
      ['limits.requests_per_minute', { limits: { requestsPerMinute: 0 } }],
      ['limits.requests_per_hour', { limits: { requestsPerHour: 1.5 } }],
    ];
    for (const [field, change] of bad) {
      const error = await rejectsWith(accounts.createAccount({ ...good, ...change }), 'validation_error');
      assert.equal(error.details.field, field);
    }
    assert.equal(await accounts.hasAnyAccount(), false);
  });

  it('can all be suspended but that of the operator, who alone could undo it', async () => {
    const { accounts, owner } = await createFixture();
    const { accountId } = await owner();
    const { account } = await accounts.createAccount({
      name: 'B',
      ownerEmail: 'b@example.com',
      creditNanoUsd: 0n,
    });
    assert.equal((await accounts.updateAccount(account.id, { status: 'suspended' })).status, 'suspended');
    await rejectsWith(accounts.updateAccount(accountId, { status: 'suspended' }), 'conflict');
    assert.equal((await accounts.getAccount(accountId)).status, 'active');
  });

  it('take a change of tier and limits in force at once', async () => {
    const { accounts, owner } = await createFixture();
    const { accountId } = await owner();
    assert.deepEqual(await plan(), { tier: 'enterprise', limits: undefined });
    await accounts.updateAccount(accountId, { tier: 'free' });
    assert.deepEqual(await plan(), { tier: 'free', limits: undefined });
    await accounts.updateAccount(accountId, { limits: { requestsPerMinute: 5 } });
    assert.deepEqual(await plan(), { tier: 'free', limits: { requestsPerMinute: 5 } });
    const cleared = await accounts.updateAccount(accountId, { limits: null, name: 'Renamed' });
    assert.deepEqual([cleared.limits, cleared.name, cleared.tier], [undefined, 'Renamed', 'free']);
    assert.equal(
      (await rejectsWith(accounts.updateAccount(accountId, { status: 'x' }), 'validation_error')).status,
      400,
    );
    await rejectsWith(accounts.updateAccount('acct_x', { name: 'x' }), 'not_found');
    await rejectsWith(accounts.updateAccount('acct_x', {}), 'not_found');
    await rejectsWith(accounts.findPlan('acct_x'), 'not_found');

    async function plan() {
      const { tier, limits } = await accounts.findPlan(accountId);
      return { tier, limits };
    }
  });
});
