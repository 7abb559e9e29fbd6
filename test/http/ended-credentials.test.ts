import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PASSWORD, type Person, startTestApp, type TestApp } from '../../src/testing/test-app.ts';

/** CONTRACT: a second, everywhere. */
const WITHIN_MS = 1_000;
const TICK_MS = 10;

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
    const crew = await test.owner.call('POST', '/crews', {
      ...{ name: 'Slow', memory: false, agents: [{ role: 'r', goal: 'g', model: 'sandbox' }] },
      tasks: [{ description: '[[wait 600000]]', agent: 0 }],
    });
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
});
