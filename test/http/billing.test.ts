import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { assertError, assertInvalid } from './replies.ts';

describe('billing', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  it('credit is added and taken to the nano-dollar, never below zero', async () => {
    const person = await test.addAccount();
    const change = (amount_usd: number, reason = 'test') =>
      test.owner.call('POST', `/accounts/${person.accountId}/credits`, { amount_usd, reason });
    assert.deepEqual((await person.call('GET', '/billing')).body, {
      balance_usd: 10,
      held_usd: 0,
      currency: 'usd',
    });
    assert.equal(at((await change(0.000000001)).body, 'balance_usd'), 10.000000001);
    assert.equal(at((await change(-10)).body, 'balance_usd'), 0.000000001);
    assertError(await change(-1), 402, 'INSUFFICIENT_CREDIT');
    assert.equal(at((await person.call('GET', '/billing')).body, 'balance_usd'), 0.000000001);
  });

  it('nobody gives their own account credit but the operator', async () => {
    const credit = { amount_usd: 5, reason: 'mine' };
    const tenant = await test.addAccount();
    const refused = await tenant.call('POST', '/billing/credits', credit);
    assertError(refused, 403, 'FORBIDDEN');
    assert.match(refused.text, /operator/);
    assertError(await tenant.call('POST', `/accounts/${tenant.accountId}/credits`, credit), 403, 'FORBIDDEN');
    assert.equal(at((await tenant.call('GET', '/billing')).body, 'balance_usd'), 10);
    const colleague = await test.addPerson(test.owner, 'owner');
    assert.equal((await colleague.call('POST', '/billing/credits', credit)).status, 200);
    const { accountId } = await test.openSandbox(tenant);
    assertError(await test.owner.call('POST', `/accounts/${accountId}/credits`, credit), 404, 'NOT_FOUND');
  });

  it('a wrong field is named, and the balance stays', async () => {
    const before = (await test.owner.call('GET', '/billing')).text;
    const post = (fields: object) =>
      test.owner.call('POST', '/billing/credits', { amount_usd: 1, reason: 'x', ...fields });
    assertInvalid(await post({ amount_usd: 0 }), 'amount_usd');
    assertInvalid(await post({ amount_usd: 1e-10 }), 'amount_usd');
    assertInvalid(await post({ amount_usd: 1e9 }), 'amount_usd');
    assertInvalid(await post({ amount_usd: '5' }), 'amount_usd');
    assertInvalid(await post({ reason: '' }), 'reason');
    assertInvalid(await post({ currency: 'eur' }), 'currency');
    assertInvalid(await test.owner.call('POST', '/billing/credits', { amount_usd: 1 }), 'reason');
    assert.equal((await test.owner.call('GET', '/billing')).text, before);
  });
});
