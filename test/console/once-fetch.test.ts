import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createOnceFetch } from '../../web/src/api/once-fetch.ts';

describe('a POST of the console', () => {
  const keys: (string | null)[] = [];
  let next: Response | undefined;
  let time = 0;
  const send = createOnceFetch(
    async (request) => {
      keys.push(request.headers.get('idempotency-key'));
      await request.text();
      if (!next) throw new TypeError('cut');
      return next;
    },
    () => time,
  );
  const post = async (body: string, path = '/api/v1/schedules') => {
    const headers = { 'content-type': 'application/json' };
    const request = new Request(`http://muster.test${path}`, { method: 'POST', body, headers });
    await send(request).catch((error: unknown) => assert.ok(error instanceof TypeError));
    return keys.at(-1);
  };

  it('goes with the same key again when no reply came to it, and with another once one has come', async () => {
    const first = await post('{"a":1}');
    assert.match(first ?? '', /^[0-9a-f]{32}$/);
    assert.notEqual(await post('{"a":2}'), first, 'another request');
    next = new Response('', { status: 503 });
    assert.equal(await post('{"a":1}'), first, 'the reply was lost');
    next = new Response('', { status: 409 });
    assert.equal(await post('{"a":1}'), first, 'the server was away');
    next = new Response('{}', { status: 201 });
    assert.equal(await post('{"a":1}'), first, 'the first try was still at work');
    assert.notEqual(await post('{"a":1}'), first, 'it has been done, and is wanted once more');
  });

  it('is another request when it comes much later', async () => {
    next = undefined;
    const first = await post('{"a":3}');
    time += 11 * 60_000;
    assert.notEqual(await post('{"a":3}'), first);
  });

  it('has no key where nothing is made', async () => {
    assert.equal(await post('{}', '/api/v1/auth/session'), null);
    assert.equal(await post('{}', '/api/v1/agents/agent_1/search'), null);
  });
});
