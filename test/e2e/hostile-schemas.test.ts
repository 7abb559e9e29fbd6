import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at, startTestApp, type TestApp } from '../../src/testing/test-app.ts';

/** Of a wait that would else be years. */
const BOUND_MS = 10_000;

/** Schemas are the callers': a few hundred bytes of one can ask for years of work. */
describe('a schema that asks for more work than there is time', () => {
  let test: TestApp;
  let agent: string;
  let key: string;

  before(async () => {
    test = await startTestApp();
    agent = await test.createAgent(test.owner);
    ({ key } = await test.createKey(test.owner));
  });
  after(() => test.close());

  /** Resolves to how long a reply to somebody else took meanwhile. */
  async function healthWhile(work: Promise<unknown>): Promise<number> {
    let slowest = 0;
    let busy = true;
    const done = work.finally(() => {
      busy = false;
    });
    while (busy) {
      const asked = performance.now();
      await test.request('GET', '/health');
      slowest = Math.max(slowest, performance.now() - asked);
    }
    await done;
    return slowest;
  }

  it('does not hold up the server when answers are checked against it', async () => {
    const branch = (name: string) => ({
      type: 'object',
      properties: { a: { $ref: '#/$defs/n' } },
      required: ['a', name],
    });
    const schema = { $defs: { n: { anyOf: [branch('x1'), branch('x2')] } }, $ref: '#/$defs/n' };
    const answer = `${'{"a":'.repeat(22)}1${'}'.repeat(22)}`;
    const work = test.request('POST', '/api/agents/v1/responses', {
      token: key,
      body: {
        model: agent,
        input: `[[say ${answer}]]`,
        text: { format: { type: 'json_schema', name: 'x', schema } },
      },
    });
    const slowest = await healthWhile(work);
    assert.ok(slowest < BOUND_MS, `${slowest} ms`);
    assert.notEqual(at((await work).body, 'status'), 'in_progress');
  });

  it('does not hold up the server when the sandbox model makes an instance of it', async () => {
    const $defs: Record<string, unknown> = { d0: { type: 'string' } };
    for (let i = 1; i <= 30; i++) {
      const $ref = `#/$defs/d${i - 1}`;
      $defs[`d${i}`] = { type: 'object', required: ['a', 'b'], properties: { a: { $ref }, b: { $ref } } };
    }
    const schema = { $defs, $ref: '#/$defs/d30' };
    const work = test.request('POST', '/api/agents/v1/chat/completions', {
      token: key,
      body: {
        model: agent,
        messages: [{ role: 'user', content: 'Hi' }],
        response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
      },
    });
    const slowest = await healthWhile(work);
    assert.ok(slowest < BOUND_MS, `${slowest} ms`);
    assert.equal((await work).status, 400);
  });
});

it('refuses megabytes of empty values before they hold the event loop', async () => {
  const test = await startTestApp();
  const body = `{"email":"a@b.co","password":"x","more":[${'{},'.repeat(600_000)}{}]}`;
  const reply = await test.request('POST', '/api/v1/auth/login', { body });
  await test.close();
  assert.equal(reply.status, 400);
  assert.match(reply.text, /more than 500000 values/);
});
