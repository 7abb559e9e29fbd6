import assert from 'node:assert/strict';
import { after, before, describe, it, mock } from 'node:test';
import {
  at,
  PASSWORD,
  type Person,
  type Reply,
  startTestApp,
  type TestApp,
} from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';

/** CONTRACT: a second, everywhere. */
const WITHIN_MS = 1_000;
const TICK_MS = 10;

const SLOW_CREW = {
  ...{ name: 'Slow', memory: false, agents: [{ role: 'r', goal: 'g', model: 'sandbox' }] },
  tasks: [{ description: '[[wait 600000]]', agent: 0 }],
};

/** What it has done first is told before it waits. */
const TOLD_CREW = {
  ...SLOW_CREW,
  tasks: [{ name: 'first', description: 'Say hello', agent: 0 }, ...SLOW_CREW.tasks],
};

type End = (person: Person, keyId: string) => Promise<Reply>;

describe('a stream that is open', () => {
  let test: TestApp;
  let jobId: string;
  let agent: string;
  /** As this process has it: it stands still while a slow machine holds the process up. */
  let nowMs = 0;
  const ticker = setInterval(() => {
    nowMs += TICK_MS;
  }, TICK_MS);
  before(async () => {
    test = await startTestApp();
    agent = await test.createAgent(test.owner);
    const crew = await test.owner.call('POST', '/crews', SLOW_CREW);
    jobId = (await test.owner.call('POST', '/executions', { crew_id: crew.field('id') })).field('job_id');
  });
  after(async () => {
    clearInterval(ticker);
    await test.owner.call('POST', `/executions/${jobId}/stop`);
    await test.close();
  });

  /** Resolves to when the stream has ended; it has begun by then. */
  async function open(token: string, path: string, body?: unknown): Promise<() => Promise<number>> {
    const response = await fetch(test.url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    assert.equal(response.status, 200);
    const reader = response.body?.getReader();
    assert.ok(reader && !(await reader.read()).done);
    const ended = (async () => {
      while (!(await reader.read()).done);
      return nowMs;
    })();
    return () => ended;
  }
  const events = (token: string) => open(token, `/api/v1/executions/${jobId}/events`);

  for (const [what, end] of [
    ['its session is signed out', (person: Person) => person.call('POST', '/auth/logout')],
    ['its person is removed', ({ userId }: Person) => test.owner.call('DELETE', `/users/${userId}`)],
    [
      'the password is changed elsewhere',
      async ({ email }: Person) => {
        const passwords = { current_password: PASSWORD, new_password: 'a better passphrase' };
        return (await test.login(email)).call('PUT', '/auth/password', passwords);
      },
    ],
    [
      'all other sessions are signed out',
      async ({ email }: Person) => (await test.login(email)).call('DELETE', '/auth/sessions'),
    ],
  ] as const) {
    it(`of a job's events ends within a second when ${what}, and no other does`, async () => {
      const person = await test.addPerson(test.owner, 'viewer');
      const [ended, others] = [await events(person.token), await events(test.owner.token)];
      let isOver = false;
      void others().then(() => {
        isOver = true;
      });
      assert.equal((await end(person)).status, 204);
      const began = nowMs;
      assert.ok((await ended()) - began < WITHIN_MS);
      assert.equal((await person.call('GET', `/executions/${jobId}/events`)).status, 401);
      assert.equal(isOver, false);
    });
  }

  for (const [what, end] of [
    ['revoked', (id: string) => test.owner.call('DELETE', `/agent-keys/${id}`)],
    ['disabled', (id: string) => test.owner.call('PATCH', `/agent-keys/${id}`, { disabled: true })],
  ] as const) {
    it(`of a background response ends within a second when its key is ${what}; the response goes on`, async () => {
      const { id, key } = await test.createKey(test.owner);
      const ask = { model: agent, input: '[[wait 3000]]', background: true, stream: true };
      const ended = await open(key, '/api/agents/v1/responses', ask);
      await end(id);
      const began = nowMs;
      assert.ok((await ended()) - began < WITHIN_MS);
    });
  }

  for (const [what, code, says, end] of [
    [
      'its key is disabled',
      'api_key_disabled',
      /^This agent key is switched off/,
      (person, id) => person.call('PATCH', `/agent-keys/${id}`, { disabled: true }),
    ],
    [
      'its key is revoked',
      'invalid_api_key',
      /^This agent key was revoked/,
      (person, id) => person.call('DELETE', `/agent-keys/${id}`),
    ],
    [
      'its account is suspended',
      'account_suspended',
      /^The account of this agent key was suspended/,
      ({ accountId }) => test.owner.call('PATCH', `/accounts/${accountId}`, { status: 'suspended' }),
    ],
  ] as const satisfies readonly [string, string, RegExp, End][]) {
    it(`of an answer ends with what the next request is refused with when ${what}`, async () => {
      const person = await test.addAccount();
      const { id, key } = await test.createKey(person);
      const model = (await person.call('POST', '/crews', TOLD_CREW)).field('id');
      const body = { model, messages: [{ role: 'user', content: 'Go' }], stream: true };
      const response = await fetch(`${test.url}/api/agents/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      assert.equal(response.status, 200);
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      assert.ok(reader);
      let text = (await reader.read()).value ?? '';
      assert.ok((await end(person, id)).status < 300);
      for (let next = await reader.read(); !next.done; next = await reader.read()) text += next.value;
      const frame: unknown = JSON.parse(
        text
          .split('\n\n')
          .find((each) => each.includes('"error"'))
          ?.slice('data: '.length) ?? 'null',
      );
      assert.equal(at(frame, 'error.code'), code, text);
      assert.match(String(at(frame, 'error.message')), says);
      const refused = await test.request('POST', '/api/agents/v1/chat/completions', { token: key, body });
      assert.equal(refused.field('error.code'), code);
    });
  }

  it('that is followed by its Idempotency-Key is cut off within a second for whose session is signed out, and for nobody else', async () => {
    const first = await test.addPerson(test.owner, 'editor');
    const second = await test.login(first.email);
    const model = await test.createAgent(test.owner, { tools: ['calculator'] });
    const content = '[[call calculator {"expression": "6 * 7"}]] [[wait 600000]]';
    const body = JSON.stringify({ model, messages: [{ role: 'user', content }], stream: true });
    const follow = async ({ token }: Person) => {
      const response = await fetch(`${test.url}/api/agents/v1/chat/completions`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': 'once',
        },
        body,
      });
      assert.equal(response.status, 200);
      const reader = response.body?.getReader() ?? assert.fail();
      assert.ok(!(await reader.read()).done);
      let isOver = false;
      const over = (async () => {
        while (!(await reader.read()).done);
      })()
        .catch(() => undefined)
        .then(() => {
          isOver = true;
          return nowMs;
        });
      return { response, over: () => over, isOver: () => isOver, leave: () => reader.cancel() };
    };
    const [one, two] = [await follow(first), await follow(second)];
    assert.equal(two.response.headers.get('idempotent-replayed'), 'true');
    assert.equal((await second.call('POST', '/auth/logout')).status, 204);
    const began = nowMs;
    assert.ok((await two.over()) - began < WITHIN_MS);
    assert.equal(one.isOver(), false);
    await one.leave();
  });

  it('that is waited for by its Idempotency-Key is refused to whose session is signed out meanwhile', async () => {
    const first = await test.addPerson(test.owner, 'editor');
    const second = await test.login(first.email);
    const body = { model: agent, messages: [{ role: 'user', content: '[[wait 600000]]' }], stream: true };
    const ask = ({ token }: Person, signal: AbortSignal | null = null) =>
      fetch(`${test.url}/api/agents/v1/chat/completions`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': 'not-yet',
        },
        body: JSON.stringify(body),
        signal,
      });
    const { db } = test.app;
    const kept = db.build.selectFrom('idempotency_keys').select('state').where('key', '=', 'not-yet');
    const leaving = new AbortController();
    const begins = ask(first, leaving.signal).catch(() => undefined);
    await until('the first', async () => (await db.all(kept)).length === 1);
    const { mock: writes } = mock.method(db, 'write');
    const waits = ask(second);
    const isClaim = ({ sql }: { readonly sql: string }) => /^insert into "idempotency_keys"/.test(sql);
    await until('the second', () => writes.calls.some((call) => call.arguments[0].some(isClaim)));
    writes.restore();
    await second.call('POST', '/auth/logout');
    assert.equal((await waits).status, 401);
    leaving.abort();
    await begins;
  });

  it('of a response is incomplete when its key is disabled, and says so in its warnings', async () => {
    const person = await test.addAccount();
    const { id, key } = await test.createKey(person);
    const model = (await person.call('POST', '/crews', TOLD_CREW)).field('id');
    const response = await fetch(`${test.url}/api/agents/v1/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, input: 'Go', stream: true }),
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    assert.ok(reader);
    let text = '';
    while (!text.includes('delta')) text += (await reader.read()).value ?? assert.fail(text);
    await person.call('PATCH', `/agent-keys/${id}`, { disabled: true });
    for (let next = await reader.read(); !next.done; next = await reader.read()) text += next.value;
    const last = text.split('\n\n').find((each) => each.includes('event: response.incomplete')) ?? '';
    const event: unknown = JSON.parse(last.slice(last.indexOf('{')));
    assert.equal(at(event, 'response.incomplete_details.reason'), 'stopped');
    assert.match(String(at(event, 'response.warnings.0')), /^This agent key is switched off/);
  });
});
