import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at, type Person, type Reply, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { createCrew } from './objects.ts';
import { assertError, assertInvalid } from './replies.ts';

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
      assert.ok(Math.abs(moment - Date.parse(header(reply, 'date')) - reset * 1_000) < 5_000);
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

  it("a key's own limits count beside the account's, and are changed and taken away at once", async () => {
    const person = await limited({ tier: 'pro' });
    const { id, key } = await test.createKey(person, { requests_per_minute: 2 });
    const call = () => test.request('GET', '/api/agents/v1/models', { token: key });
    const first = await call();
    assert.equal(header(first, 'ratelimit-limit'), '2');
    assert.equal(header(first, 'ratelimit-remaining'), '1');
    assert.match(header(first, 'ratelimit-policy'), /"key-minute";q=2;w=60/);
    assert.equal((await call()).status, 200);
    const refused = await call();
    assert.equal(refused.status, 429);
    assert.match(refused.field('error.message'), /agent key/);
    assert.ok(Number(header(refused, 'retry-after')) > 0);
    assert.equal((await test.request('GET', '/api/agents/v1/models', { token: person.token })).status, 200);
    const more = await person.call('PATCH', `/agent-keys/${id}`, { requests_per_minute: 3 });
    assert.equal(at(more.body, 'requests_per_minute'), 3);
    assert.equal((await call()).status, 200);
    assert.equal((await call()).status, 429);
    const none = await person.call('PATCH', `/agent-keys/${id}`, { requests_per_minute: null });
    assert.equal(at(none.body, 'requests_per_minute'), null);
    assert.equal(header(await call(), 'ratelimit-limit'), '1000');
    assertInvalid(
      await person.call('PATCH', `/agent-keys/${id}`, { requests_per_hour: 0 }),
      'requests_per_hour',
    );
  });

  it('only so many streams are open at once; one that ends, or whose client goes, makes room', async () => {
    const person = await limited({ limits: { concurrent_streams: 1 } });
    const model = await test.createAgent(person);
    const gone = new AbortController();
    const hold = () =>
      fetch(`${test.url}/api/agents/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${person.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          model,
          stream: true,
          messages: [{ role: 'user', content: '[[wait 60000]]' }],
        }),
        signal: gone.signal,
      });
    // It is refused as well while one of those below is open.
    const held = (async () => {
      while ((await hold()).status === 429);
    })();
    held.catch(() => undefined);
    let refused = await chat(person.token, model, true);
    while (refused.status === 200) refused = await chat(person.token, model, true);
    assert.equal(refused.status, 429, refused.text);
    assert.equal(refused.field('error.code'), 'concurrent_streams_limit_reached');
    assert.equal(header(refused, 'retry-after'), '1');
    const inBackground = { model, input: 'Hi', stream: true };
    const response = await test.request('POST', '/api/agents/v1/responses', {
      token: person.token,
      body: inBackground,
    });
    assert.equal(response.status, 429);
    assert.equal((await chat(person.token, model, false)).status, 200, 'what is no stream is not counted');
    gone.abort();
    let again = await chat(person.token, model, true);
    while (again.status === 429) again = await chat(person.token, model, true);
    assert.equal(again.status, 200);
    again = await chat(person.token, 'agent_none', true);
    assert.equal(again.status, 404);
    assert.equal((await chat(person.token, model, true)).status, 200);
  });

  it('only so many jobs are queued or running at once, however many are started together', async () => {
    const person = await limited({ limits: { running_jobs: 2 } });
    const { crewId } = await createCrew(person, {
      tasks: [{ name: 'w', description: '[[wait 60000]]', expected_output: 'x', agent: 'Writer' }],
    });
    const start = () => person.call('POST', '/executions', { crew_id: crewId, inputs: {} });
    const started = await Promise.all(Array.from({ length: 6 }, start));
    const jobs = started.filter(({ status }) => status === 202);
    assert.equal(jobs.length, 2);
    for (const reply of started.filter(({ status }) => status !== 202)) {
      assertError(reply, 429, 'RATE_LIMIT');
      assert.match(reply.text, /2 jobs/);
      assert.equal(header(reply, 'retry-after'), '5');
    }
    const model = await test.createAgent(person);
    const background = { model, input: 'Hi', background: true };
    const body = { token: person.token, body: background };
    assert.equal((await test.request('POST', '/api/agents/v1/responses', body)).status, 429);
    const batch = { crew_id: crewId, inputs: [{}, {}, {}] };
    assertError(await person.call('POST', '/executions/batch', batch), 429, 'RATE_LIMIT');
    for (const job of jobs) await person.call('POST', `/executions/${job.field('job_id')}/stop`);
    const three = await person.call('POST', '/executions/batch', { ...batch, concurrency: 2 });
    assert.equal(three.status, 202, three.text);
    assertError(await start(), 429, 'RATE_LIMIT');
    for (const index of [0, 1, 2])
      await person.call('POST', `/executions/${three.field(`jobs.${index}.job_id`)}/stop`);
  });

  it("an account's limits are shown as they were set", async () => {
    const limits = { requests_per_hour: 9, concurrent_streams: 3, running_jobs: 4 };
    const { accountId } = await limited({ limits });
    const shown = await test.owner.call('GET', `/accounts/${accountId}`);
    assert.deepEqual(at(shown.body, 'limits'), limits);
    const wrong = await test.owner.call('PATCH', `/accounts/${accountId}`, { limits: { running_jobs: 0 } });
    assertInvalid(wrong, 'limits.running_jobs');
  });
});
