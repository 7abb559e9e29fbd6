import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { assertError, assertInvalid } from './replies.ts';

/** What the server answers to bytes that no HTTP client would send; resolves when it has closed the connection. */
function exchange(test: TestApp, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(test.url);
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let answer = '';
    socket.setEncoding('utf8').on('data', (text) => {
      answer += text;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

/** Asserts a status and the error body of the Platform API in a raw answer. */
function assertRawError(answer: string, status: number, code: string): void {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `));
  assert.match(head, /content-type: application\/json/i);
  const { error } = JSON.parse(body);
  assert.equal(error.code, code);
  assert.notEqual(error.message, '');
  assert.match(head, new RegExp(`x-request-id: ${error.request_id}`, 'i'));
}

describe('what comes in is bounded', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  it('broken HTTP and headers that are too large are answered in JSON', async () => {
    assertRawError(await exchange(test, 'NONSENSE\r\n\r\n'), 400, 'VALIDATION_ERROR');
    const large = `GET /health HTTP/1.1\r\nhost: x\r\nx-large: ${'a'.repeat(20_000)}\r\n\r\n`;
    assertRawError(await exchange(test, large), 431, 'HEADERS_TOO_LARGE');
    const many = Array.from({ length: 3_000 }, (_, index) => `x-${index}: 1`).join('\r\n');
    assertRawError(await exchange(test, `GET /health HTTP/1.1\r\n${many}\r\n\r\n`), 431, 'HEADERS_TOO_LARGE');
  });

  it('a sender that is too slow is told so in JSON and cut off', async () => {
    // Node looks for slow senders every few seconds; its finding is what is tested here.
    const answer = new Promise<string>((resolve, reject) => {
      test.app.server.server.once('connection', (socket) => {
        const error = Object.assign(new Error('slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
        socket.once('data', () => test.app.server.server.emit('clientError', error, socket));
      });
      exchange(test, 'POST /api/v1/agents HTTP/1.1\r\nhost: x\r\n').then(resolve, reject);
    });
    assertRawError(await answer, 408, 'REQUEST_TIMEOUT');
    const { headersTimeout, requestTimeout } = test.app.server.server;
    assert.ok(headersTimeout <= 15_000 && requestTimeout <= 120_000);
  });

  it('a path of OpenAI’s API at the root is told where that is', async () => {
    const reply = await fetch(`${test.url}/v1/chat/completions`, { method: 'POST' });
    assert.equal(reply.status, 404);
    assert.match(await reply.text(), /There is no POST \/v1\/chat\/completions\. .*\/api\/agents\/v1 here/);
  });

  it('a path that cannot be decoded is an error in the form of its API', async () => {
    const platform = await fetch(`${test.url}/api/v1/agents/%zz`);
    assert.equal(platform.status, 400);
    assert.partialDeepStrictEqual(await platform.json(), { error: { code: 'VALIDATION_ERROR' } });
    const agents = await fetch(`${test.url}/api/agents/v1/models/%zz`);
    assert.equal(agents.status, 400);
    assert.partialDeepStrictEqual(await agents.json(), { error: { type: 'invalid_request_error' } });
  });

  it('a body that is too large, too deep or of too many keys is refused before it is looked at', async () => {
    const post = (body: string) => test.owner.call('POST', '/agents', body);
    assertError(await post(`{"name":"${'a'.repeat(3 * 1024 * 1024)}"}`), 413, 'PAYLOAD_TOO_LARGE');
    assertInvalid(await post(`{"name":${'['.repeat(100_000)}`), 'body');
    const keys = Array.from({ length: 110_000 }, (_, index) => `"k${index}":1`).join(',');
    assertInvalid(await post(`{${keys}}`), 'body');
    assertInvalid(await post('{"name":"a","name":"b"}'), 'body');
    assertInvalid(await post('{"__proto__":{"role":"owner"}}'), 'body');
  });

  it('a body that is refused for its size is read to its end, so that its sender hears why', async () => {
    const piece = new Uint8Array(1024 * 1024).fill(120);
    for (const pieces of [8, 64]) {
      let sent = 0;
      const body = new ReadableStream({
        pull: (stream) => (sent++ < pieces ? stream.enqueue(piece) : stream.close()),
      });
      const reply = await fetch(`${test.url}/api/agents/v1/conversations/x`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${test.owner.token}` },
        ...{ body, duplex: 'half' },
      });
      assert.equal(reply.status, 413);
      assert.notEqual(reply.headers.get('connection'), 'close');
      assert.partialDeepStrictEqual(await reply.json(), { error: { code: 'payload_too_large' } });
    }
  });

  it('another content type is refused', async () => {
    const reply = await test.owner.call('POST', '/agents', 'name=a', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    assertError(reply, 415, 'UNSUPPORTED_MEDIA_TYPE');
  });

  it('no more connections are taken than the server can hold', () => {
    assert.ok(test.app.server.server.maxConnections <= 20_000);
  });
});

describe('the headers of every reply', () => {
  let test: TestApp;
  let proxied: TestApp;
  before(async () => {
    test = await startTestApp();
    proxied = await startTestApp({ MUSTER_TRUST_PROXY: '1' });
  });
  after(async () => {
    await test.close();
    await proxied.close();
  });

  it('keep what is private out of caches, frames and other hosts’ logs', async () => {
    const { token } = test.owner;
    const replies = [
      await test.owner.call('GET', '/agents'),
      await test.owner.call('GET', '/agents/agent_none'),
      await test.request('GET', '/api/agents/v1/models', { token }),
      await test.request('GET', '/health'),
      await test.request('GET', '/docs'),
    ];
    for (const { headers } of replies) {
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('referrer-policy'), 'no-referrer');
      assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
      assert.match(headers.get('cache-control') ?? '', /no-store/);
      assert.equal(headers.get('strict-transport-security'), null);
      assert.equal(headers.get('server'), null);
      assert.equal(headers.get('x-powered-by'), null);
    }
  });

  it('say that the host speaks TLS only when a trusted proxy says so', async () => {
    const ask = (app: TestApp, protocol: string) =>
      app.request('GET', '/health', { headers: { 'x-forwarded-proto': protocol } });
    const secure = await ask(proxied, 'https');
    assert.match(secure.headers.get('strict-transport-security') ?? '', /^max-age=31536000/);
    for (const reply of [await ask(proxied, 'http'), await ask(test, 'https')]) {
      assert.equal(reply.headers.get('strict-transport-security'), null);
    }
  });
});

describe('in maintenance', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp({ MUSTER_MAINTENANCE: '1' });
  });
  after(() => test.close());

  it('what writes or spends is refused with a time to come back', async () => {
    const { owner } = test;
    const refused = [
      await owner.call('POST', '/agents', { name: 'A', model: 'sandbox' }),
      await owner.call('PATCH', '/agents/agent_none', { name: 'B' }),
      await owner.call('PUT', '/auth/password', {}),
      await owner.call('DELETE', '/agents/agent_none'),
      await owner.call('POST', '/agent-keys', { name: 'K' }),
    ];
    for (const reply of refused) {
      assertError(reply, 503, 'SERVICE_UNAVAILABLE');
      assert.equal(reply.headers.get('retry-after'), '60');
    }
    const chat = await test.request('POST', '/api/agents/v1/chat/completions', {
      token: owner.token,
      body: { model: 'agent_none', messages: [{ role: 'user', content: 'Hi' }] },
    });
    assert.equal(chat.status, 503);
    assert.equal(chat.field('error.code'), 'service_unavailable');
    const socket = await exchange(
      test,
      'GET /api/agents/v1/responses HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    );
    assert.match(socket, /^HTTP\/1\.1 503 /);
  });

  it('signing in and out, refreshing, reading and health go on', async () => {
    const person = await test.login('owner@example.com');
    assert.equal((await person.call('GET', '/agents')).status, 200);
    assert.equal((await test.request('GET', '/api/agents/v1/models', { token: person.token })).status, 200);
    assert.equal((await test.request('GET', '/health')).status, 200);
    const refreshed = await test.request('POST', '/api/v1/auth/refresh', {
      body: { refresh_token: person.refreshToken },
    });
    assert.equal(refreshed.status, 200, refreshed.text);
    const token = refreshed.field('access_token');
    assert.equal((await test.request('POST', '/api/v1/auth/logout', { token })).status, 204);
  });
});
