import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Person, type Reply, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { assertError } from './replies.ts';

const HEADERS = [
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'ratelimit-policy',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
];
const header = ({ headers }: Reply, name: string): string => headers.get(name) ?? '';

describe('request limits', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  /** Somebody whose account has only so many requests a minute, and nothing of them used. */
  async function limited(limits: object): Promise<Person> {
    const person = await test.addAccount();
    const set = await test.owner.call('PATCH', `/accounts/${person.accountId}`, limits);
    assert.equal(set.status, 200, set.text);
    return person;
  }
  const chat = (token: string, model: string, stream: boolean) =>
    test.request('POST', '/api/agents/v1/chat/completions', {
      token,
      body: { model, messages: [{ role: 'user', content: 'Hi' }], stream },
    });

  it('every reply of both APIs carries the headers: good ones, errors and streams', async () => {
    const person = await limited({ tier: 'pro' });
    const model = await test.createAgent(person);
    const replies = [
      await person.call('GET', '/agents'),
      await person.call('POST', '/agents', { nonsense: 1 }),
      await person.call('GET', '/agents/agent_none'),
      await test.request('GET', '/api/agents/v1/models', { token: person.token }),
      await test.request('GET', '/api/agents/v1/models/agent_none', { token: person.token }),
      await chat(person.token, model, false),
      await chat(person.token, model, true),
    ];
    assert.deepEqual(
      replies.map(({ status }) => status),
      [200, 400, 404, 200, 404, 200, 200],
    );
    let before = 1_000;
    for (const reply of replies) {
      for (const name of HEADERS) assert.notEqual(header(reply, name), '', `${reply.text}: ${name}`);
      assert.equal(header(reply, 'ratelimit-policy'), '"minute";q=1000;w=60, "hour";q=10000;w=3600');
      assert.equal(header(reply, 'ratelimit-limit'), '1000');
      const remaining = Number(header(reply, 'ratelimit-remaining'));
      assert.ok(remaining < before);
      before = remaining;
      const reset = Number(header(reply, 'ratelimit-reset'));
      assert.ok(reset >= 1 && reset <= 61);
      const moment = Number(header(reply, 'x-ratelimit-reset')) * 1_000;
      assert.ok(Math.abs(moment - Date.now() - reset * 1_000) < 5_000);
    }
  });

  it('an account without limits is told so', async () => {
    const reply = await test.owner.call('GET', '/agents');
    assert.equal(header(reply, 'ratelimit-limit'), 'unlimited');
    assert.equal(header(reply, 'ratelimit-policy'), 'unlimited');
  });

  it('the limit is the account’s, over keys and people and both APIs, and exact', async () => {
    const person = await test.addAccount();
    const colleague = await test.addPerson(person, 'viewer');
    const { key } = await test.createKey(person);
    await test.owner.call('PATCH', `/accounts/${person.accountId}`, {
      limits: { requests_per_minute: 30 },
    });
    const calls = Array.from({ length: 60 }, (_, index) => {
      if (index % 3 === 0) return person.call('GET', '/agents');
      if (index % 3 === 1) return colleague.call('GET', '/agents');
      return test.request('GET', '/api/agents/v1/models', { token: key });
    });
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    // Those before the limit was set were not counted: there was none.
    assert.equal(statuses.filter((status) => status === 200).length, 30);
    assert.equal(statuses.filter((status) => status === 429).length, 30);
  });

  it('a refusal is RATE_LIMIT with the time to wait, in the form of each API, and login stays open', async () => {
    const person = await limited({ limits: { requests_per_minute: 1, requests_per_hour: 50 } });
    assert.equal((await person.call('GET', '/agents')).status, 200);
    const refused = await person.call('GET', '/agents');
    assertError(refused, 429, 'RATE_LIMIT');
    assert.equal(header(refused, 'ratelimit-remaining'), '0');
    assert.equal(header(refused, 'retry-after'), header(refused, 'ratelimit-reset'));
    const wait = Number(header(refused, 'retry-after'));
    assert.ok(wait >= 1 && wait <= 61, `${wait}`);
    const openai = await test.request('GET', '/api/agents/v1/models', { token: person.token });
    assert.equal(openai.status, 429);
    assert.equal(openai.field('error.code'), 'rate_limit_exceeded');
    assert.equal(openai.field('error.type'), 'rate_limit_error');
    const body = { email: person.email, password: 'engine-of-difference' };
    assert.equal((await test.request('POST', '/api/v1/auth/login', { body })).status, 200);
  });

  it('a request without a credential counts for nobody', async () => {
    const person = await limited({ limits: { requests_per_minute: 1 } });
    for (let i = 0; i < 5; i++) {
      const reply = await test.request('GET', '/api/v1/agents', { token: `${person.token}x` });
      assertError(reply, 401, 'UNAUTHORIZED');
    }
    assert.equal((await person.call('GET', '/agents')).status, 200);
  });
});
