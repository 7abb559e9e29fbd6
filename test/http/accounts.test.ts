import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at, PASSWORD, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { assertError, assertInvalid } from './replies.ts';

describe('accounts', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp({ MUSTER_STARTING_CREDIT: '2.5' });
  });
  after(() => test.close());

  it('the operator makes one with its owner, its credit and its limits', async () => {
    const made = await test.owner.call('POST', '/accounts', {
      name: 'Lovelace Ltd',
      owner_email: 'ada@example.com',
      owner_password: PASSWORD,
      tier: 'pro',
      credit_usd: 12.345678901,
      limits: { requests_per_minute: 5 },
    });
    assert.equal(made.status, 201, made.text);
    assert.partialDeepStrictEqual(made.body, {
      name: 'Lovelace Ltd',
      tier: 'pro',
      status: 'active',
      limits: { requests_per_minute: 5 },
      balance_usd: 12.345678901,
      held_usd: 0,
      owner: { email: 'ada@example.com', role: 'owner', is_operator: false, setup_url: null },
    });
    const ada = await test.login('ada@example.com');
    assert.equal(ada.accountId, made.field('id'));
    assert.equal(at((await ada.call('GET', '/billing')).body, 'balance_usd'), 12.345678901);
  });

  it('without a password and credit it has a set-up link and the starting credit', async () => {
    const made = await test.owner.call('POST', '/accounts', {
      name: 'Later',
      owner_email: 'later@example.com',
    });
    assert.partialDeepStrictEqual(made.body, { tier: 'enterprise', balance_usd: 2.5, limits: null });
    assert.match(made.field('owner.setup_url'), /\/setup\?token=setup_/);
  });

  it('a wrong field is named, and nothing is made', async () => {
    const before = at((await test.owner.call('GET', '/accounts')).body, 'total');
    const post = (fields: object) =>
      test.owner.call('POST', '/accounts', { name: 'x', owner_email: 'x@example.com', ...fields });
    assertInvalid(await post({ name: '' }), 'name');
    assertInvalid(await post({ owner_email: 'nobody' }), 'owner_email');
    assertInvalid(await post({ owner_password: 'short' }), 'owner_password');
    assertInvalid(await post({ tier: 'gold' }), 'tier');
    assertInvalid(await post({ credit_usd: -1 }), 'credit_usd');
    assertInvalid(await post({ limits: { requests_per_minute: 0 } }), 'limits.requests_per_minute');
    assertInvalid(await post({ limits: { per_day: 1 } }), 'limits.per_day');
    assertError(await post({ owner_email: test.owner.email }), 409, 'CONFLICT');
    assert.equal(at((await test.owner.call('GET', '/accounts')).body, 'total'), before);
  });

  it('a suspended account is shut at once, for people and for keys, until it is active again', async () => {
    const person = await test.addAccount();
    const { key } = await test.createKey(person);
    const set = (status: string) => test.owner.call('PATCH', `/accounts/${person.accountId}`, { status });
    const replies = async () => [
      (await person.call('GET', '/agents')).status,
      (await test.request('GET', '/api/agents/v1/models', { token: key })).status,
    ];
    assert.deepEqual(await replies(), [200, 200]);
    assert.equal((await set('suspended')).field('status'), 'suspended');
    assert.deepEqual(await replies(), [403, 403]);
    assert.equal((await set('active')).status, 200);
    assert.deepEqual(await replies(), [200, 200]);
    assertInvalid(await set('frozen'), 'status');
  });

  it("tier and limits change, null gives back the tier's, and the operator's own stays active", async () => {
    const { accountId } = await test.addAccount();
    const patch = (body: object, id = accountId) => test.owner.call('PATCH', `/accounts/${id}`, body);
    const limited = await patch({ tier: 'free', limits: { requests_per_hour: 10 }, name: 'Renamed' });
    assert.partialDeepStrictEqual(limited.body, {
      tier: 'free',
      limits: { requests_per_hour: 10 },
      name: 'Renamed',
    });
    assert.equal(at((await patch({ limits: null })).body, 'limits'), null);
    assertError(await patch({ status: 'suspended' }, test.owner.accountId), 409, 'CONFLICT');
    assertError(await patch({ tier: 'pro' }, 'acct_none'), 404, 'NOT_FOUND');
  });

  it('who does not run the server learns of no account but their own', async () => {
    const person = await test.addAccount();
    const patch = (id: string) => person.call('PATCH', `/accounts/${id}`, { tier: 'free' });
    assertError(await patch(person.accountId), 403, 'FORBIDDEN');
    assertError(await patch(test.owner.accountId), 404, 'NOT_FOUND');
    assertError(await person.call('GET', '/accounts'), 403, 'FORBIDDEN');
  });
});
