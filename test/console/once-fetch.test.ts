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
    assert.notEqual(await post('{"a":1}', '/api/v1/agents'), first, 'another request');
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

  /** A server that does what it is asked once for a key, whose replies are lost while `isCut`. */
  function startServer() {
    const done = new Map<string, string>();
    const server = { isCut: true, made: [] as string[] };
    const once = createOnceFetch(async (request) => {
      const body = await request.text();
      const key = request.headers.get('idempotency-key') ?? '';
      const before = done.get(key);
      if (body === '{"name":""}') return new Response('{}', { status: 400 });
      if (before !== undefined && before !== body) return new Response('{}', { status: 422 });
      if (before === undefined) {
        done.set(key, body);
        server.made.push(body);
      }
      if (server.isCut) throw new TypeError('cut');
      return new Response(body, { status: 201 });
    });
    const send = async (name: string) => {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ name });
      return once(new Request('http://muster.test/api/v1/agents', { method: 'POST', body, headers }));
    };
    return { server, send };
  }

  it('that is corrected after its reply was lost makes no second one, and says what it was saved as', async () => {
    const { server, send } = startServer();
    await assert.rejects(send('Writr'), TypeError);
    await assert.rejects(send('Wrter'), TypeError);
    server.isCut = false;
    assert.equal((await send('')).status, 400);
    const refused = await send('Writer');
    assert.equal(refused.status, 409);
    assert.match(await refused.text(), /saved as “Writr”/);
    assert.deepEqual(server.made, ['{"name":"Writr"}']);
    assert.equal((await send('Writer')).status, 201, 'now it is meant as another one');
    assert.deepEqual(server.made, ['{"name":"Writr"}', '{"name":"Writer"}']);
  });

  it('has no key where nothing is made', async () => {
    assert.equal(await post('{}', '/api/v1/auth/session'), null);
    assert.equal(await post('{}', '/api/v1/agents/agent_1/search'), null);
  });
});
