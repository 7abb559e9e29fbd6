import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { middayClock, TODAY } from '../../src/testing/midday-clock.ts';
import { at, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { assertError, assertInvalid } from './replies.ts';

describe('agent keys', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp({}, { clock: middayClock() });
  });
  after(() => test.close());

  const callWith = (key: string) => test.request('GET', '/api/agents/v1/models', { token: key });

  it('a new key is shown once, and calls agents', async () => {
    const made = await test.owner.call('POST', '/agent-keys', { name: 'Website' });
    assert.equal(made.status, 201);
    const key = made.field('key');
    assert.match(key, /^sk-/);
    assert.ok(key.startsWith(made.field('prefix')));
    assert.ok(key.endsWith(made.field('last4')));
    assert.partialDeepStrictEqual(made.body, {
      name: 'Website',
      disabled: false,
      agent_ids: null,
      expires_at: null,
      last_used_at: null,
      daily_limit_usd: null,
      monthly_limit_usd: null,
      created_by: test.owner.userId,
    });
    assert.equal((await callWith(key)).status, 200);
    const one = await test.owner.call('GET', `/agent-keys/${made.field('id')}`);
    const list = await test.owner.call('GET', '/agent-keys');
    assert.doesNotMatch(one.text + list.text, new RegExp(key));
    assert.equal(at(one.body, 'key'), undefined);
  });

  it('limits come back as they were given, and null takes them away', async () => {
    const agentId = await test.createAgent(test.owner);
    const { id } = await test.createKey(test.owner, {
      expires_at: '2099-01-31T12:00:00+01:00',
      agent_ids: [agentId],
      daily_limit_usd: 0.1,
      monthly_limit_usd: 25.000000001,
    });
    const limited = await test.owner.call('GET', `/agent-keys/${id}`);
    assert.partialDeepStrictEqual(limited.body, {
      expires_at: '2099-01-31T11:00:00.000Z',
      agent_ids: [agentId],
      daily_limit_usd: 0.1,
      monthly_limit_usd: 25.000000001,
    });
    const open = { expires_at: null, agent_ids: null, daily_limit_usd: null, monthly_limit_usd: null };
    const changed = await test.owner.call('PATCH', `/agent-keys/${id}`, open);
    assert.equal(changed.status, 200, changed.text);
    assert.partialDeepStrictEqual(changed.body, open);
  });

  it('a wrong field is named, and no key is made', async () => {
    const before = at((await test.owner.call('GET', '/agent-keys')).body, 'total');
    const post = (fields: object) => test.owner.call('POST', '/agent-keys', { name: 'x', ...fields });
    assertInvalid(await test.owner.call('POST', '/agent-keys', {}), 'name');
    assertInvalid(await post({ name: '  ' }), 'name');
    assertInvalid(await post({ expires_at: '2020-01-01T00:00:00Z' }), 'expires_at');
    assertInvalid(await post({ expires_at: 'tomorrow' }), 'expires_at');
    assertInvalid(await post({ expires_at: '2099-02-30T00:00:00Z' }), 'expires_at');
    assertInvalid(await post({ daily_limit_usd: -1 }), 'daily_limit_usd');
    assertInvalid(await post({ daily_limit_usd: '1' }), 'daily_limit_usd');
    assertInvalid(await post({ monthly_limit_usd: 1e-10 }), 'monthly_limit_usd');
    assertInvalid(await post({ agent_ids: [] }), 'agent_ids');
    assertInvalid(await post({ agent_ids: ['nobody'] }), 'agent_ids.0');
    const mine = await test.createAgent(test.owner);
    const theirs = await test.createAgent(await test.addAccount());
    for (const id of ['agent_none', 'crew_none', theirs])
      assertInvalid(await post({ agent_ids: [mine, id] }), 'agent_ids.1');
    assertInvalid(await post({ disabled: true }), 'disabled');
    assert.equal(at((await test.owner.call('GET', '/agent-keys')).body, 'total'), before);
  });

  it('a key that is switched off is refused until it is switched on', async () => {
    const { id, key } = await test.createKey(test.owner);
    const set = (disabled: boolean) => test.owner.call('PATCH', `/agent-keys/${id}`, { disabled });
    assert.equal(at((await set(true)).body, 'disabled'), true);
    assert.equal((await callWith(key)).status, 401);
    await set(false);
    assert.equal((await callWith(key)).status, 200);
  });

  it('a revoked key is refused at once and gone from the list', async () => {
    const { id, key } = await test.createKey(test.owner);
    assert.equal((await callWith(key)).status, 200);
    assert.equal((await test.owner.call('DELETE', `/agent-keys/${id}`)).status, 204);
    assert.equal((await callWith(key)).status, 401);
    assertError(await test.owner.call('GET', `/agent-keys/${id}`), 404, 'NOT_FOUND');
    assertError(await test.owner.call('DELETE', `/agent-keys/${id}`), 404, 'NOT_FOUND');
    assert.doesNotMatch((await test.owner.call('GET', '/agent-keys?limit=100')).text, new RegExp(id));
  });

  it('each tells what is left of its caps, and a list gives those that have some, or have none', async () => {
    const person = await test.addAccount();
    const both = await test.createKey(person, { name: 'Both', daily_limit_usd: 2.5, monthly_limit_usd: 4 });
    const monthly = await test.createKey(person, { name: 'Monthly', monthly_limit_usd: 7 });
    const free = await test.createKey(person, { name: 'Free' });
    const { db } = test.app;
    const spent = (key_id: string, period: string, spent_nano_usd: bigint) => ({
      ...{ account_id: person.accountId, key_id, period, spent_nano_usd, held_nano_usd: 0n },
    });
    const rows = [
      spent(both.id, '2020-01-01', 9_000_000_000n),
      spent(both.id, TODAY, 1_000_000_001n),
      spent(both.id, TODAY.slice(0, 7), 5_000_000_000n),
      spent(free.id, TODAY, 3_000_000_000n),
    ];
    await db.write([db.statement(db.build.insertInto('key_spend').values(rows))]);
    const list = async (query: string) => at((await person.call('GET', `/agent-keys${query}`)).body, 'keys');
    const ofBoth = {
      ...{ daily_limit_usd: 2.5, daily_spent_usd: 1.000000001, daily_left_usd: 1.499999999 },
      ...{ monthly_limit_usd: 4, monthly_spent_usd: 5, monthly_left_usd: 0 },
    };
    assert.partialDeepStrictEqual(await list('?capped=true'), [
      { id: monthly.id, daily_left_usd: null, monthly_spent_usd: 0, monthly_left_usd: 7 },
      { id: both.id, ...ofBoth },
    ]);
    const none = { daily_spent_usd: 3, daily_left_usd: null, monthly_left_usd: null };
    assert.partialDeepStrictEqual(await list('?capped=false'), [{ id: free.id, ...none }]);
    assert.equal(at((await person.call('GET', '/agent-keys?capped=true&limit=1')).body, 'total'), 2);
    assert.equal(at(await list(''), 'length'), 3);
    assert.partialDeepStrictEqual((await person.call('GET', `/agent-keys/${both.id}`)).body, ofBoth);
    const changed = await person.call('PATCH', `/agent-keys/${both.id}`, { monthly_limit_usd: 6 });
    assert.partialDeepStrictEqual(changed.body, { ...ofBoth, monthly_limit_usd: 6, monthly_left_usd: 1 });
    assertInvalid(await person.call('GET', '/agent-keys?capped=perhaps'), 'capped');
  });

  it('the list is paged', async () => {
    const person = await test.addAccount();
    for (let i = 0; i < 3; i++) await test.createKey(person);
    const page = await person.call('GET', '/agent-keys?limit=2&page=2');
    assert.equal(at(page.body, 'total'), 3);
    assert.equal(at(page.body, 'page'), 2);
    assert.equal(at(page.body, 'keys.length'), 1);
  });
});
