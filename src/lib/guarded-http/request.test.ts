import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { MusterError } from '../errors.ts';
import { type Canary, startCanary } from './canary.ts';
import { createGuardedHttp, type GuardedHttp, type GuardedHttpLimits } from './index.ts';

const MEGABYTE = 1024 * 1024;

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => assert.fail('the request went through'),
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof MusterError, `not a MusterError: ${String(error)}`);
  return error.code;
}

function clientOf(servers: readonly Canary[], limits: GuardedHttpLimits = {}): GuardedHttp {
  return createGuardedHttp({ allowHosts: servers.map(({ host }) => host), limits });
}

/** A server that redirects `/status/…` to whatever stands in the query. */
const redirecting: RequestListener = (request, response) => {
  const url = new URL(request.url ?? '', 'http://x');
  const status = Number(url.pathname.slice(1));
  if (!status) return response.end('arrived');
  response.writeHead(status, { location: url.searchParams.get('to') ?? '' });
  return response.end('moved');
};

function hop(server: Canary, to: string, status = 302): string {
  return `http://${server.host}/${status}?to=${encodeURIComponent(to)}`;
}

test('a reply comes with status, headers, body and final address', async () => {
  await using server = await startCanary((_, response) => {
    response.writeHead(418, { 'content-type': 'text/tea', 'x-twice': ['a', 'b'] });
    response.end('short and stout');
  });
  const reply = await clientOf([server]).request({
    url: `http://${server.host}/pot?x=1#part`,
    method: 'POST',
    headers: { 'X-Key': 'k', 'content-type': 'text/plain' },
    body: 'water',
  });
  assert.equal(reply.status, 418);
  assert.equal(reply.headers.get('content-type'), 'text/tea');
  assert.equal(reply.headers.get('x-twice'), 'a, b');
  assert.equal(reply.headers.get('content-length'), null);
  assert.equal(reply.body.toString(), 'short and stout');
  assert.equal(reply.finalUrl, `http://${server.host}/pot?x=1`);
  const [seen] = server.requests;
  assert.equal(seen?.method, 'POST');
  assert.equal(seen?.url, '/pot?x=1');
  assert.equal(seen?.body, 'water');
  assert.equal(seen?.headers['x-key'], 'k');
  assert.equal(seen?.headers.host, server.host);
});

test('headers of the transport and headers that break their line are refused, and nothing is sent', async () => {
  await using server = await startCanary();
  const http = clientOf([server]);
  const wrong: Record<string, string>[] = [
    { Host: 'other.example' },
    { 'Transfer-Encoding': 'chunked' },
    { connection: 'upgrade' },
    { 'content-length': '0' },
    { 'Proxy-Authorization': 'x' },
    { 'x-a': 'one\r\nx-b: two' },
    { 'x-a': 'one\ntwo' },
    { 'x-a': 'n\0l' },
    { 'x-a': '☃' },
    { 'x a': 'one' },
    { 'x-a:': 'one' },
    { '': 'one' },
    { 'x\r\ny': 'one' },
  ];
  for (const headers of wrong) {
    assert.equal(
      await codeOf(http.request({ url: `http://${server.host}/`, headers })),
      'egress_invalid_url',
    );
  }
  assert.equal(
    await codeOf(http.request({ url: `http://${server.host}/`, body: 'x' })),
    'egress_invalid_url',
  );
  assert.deepEqual(server.connections, []);
});

test('a redirect to the inside is not followed, however it is written and wherever it stands', async () => {
  await using inside = await startCanary();
  await using server = await startCanary(redirecting);
  const http = clientOf([server]);
  const targets = [
    `http://127.0.0.1:${inside.port}/`,
    `//127.0.0.1:${inside.port}/`,
    `//localhost:${inside.port}/`,
    `http://[::1]:${inside.port}/`,
    `http://[::ffff:7f00:1]:${inside.port}/`,
    `http://2130706433:${inside.port}/`,
    `http://user@127.0.0.1:${inside.port}/`,
    `\\\\127.0.0.1:${inside.port}\\`,
    'file:///etc/passwd',
    'gopher://127.0.0.1/',
    'http://169.254.169.254/latest/meta-data',
  ];
  for (const target of targets) {
    const code = await codeOf(http.request({ url: hop(server, target) }));
    assert.ok(code === 'egress_unreachable' || code === 'egress_failed', `${target}: ${code}`);
    const second = await codeOf(http.request({ url: hop(server, hop(server, target)) }));
    assert.equal(second, code, target);
  }
  const five = [1, 2, 3, 4].reduce((to) => hop(server, to), hop(server, `http://127.0.0.1:${inside.port}/`));
  assert.equal(await codeOf(http.request({ url: five })), 'egress_failed');
  assert.equal(await codeOf(http.request({ url: five, maxRedirects: 5 })), 'egress_unreachable');
  const posted = http.request({
    url: hop(server, `http://127.0.0.1:${inside.port}/`, 307),
    method: 'POST',
    body: 'payload',
  });
  assert.equal(await codeOf(posted), 'egress_unreachable');
  assert.deepEqual(inside.connections, []);
});

test('redirects are followed up to their number; with 0 the redirect is the reply', async () => {
  await using server = await startCanary(redirecting);
  const http = clientOf([server]);
  const end = `http://${server.host}/`;
  const three = hop(server, hop(server, hop(server, end)));
  const reply = await http.request({ url: three });
  assert.equal(reply.body.toString(), 'arrived');
  assert.equal(reply.finalUrl, end);
  assert.equal(await codeOf(http.request({ url: hop(server, three) })), 'egress_failed');
  const unfollowed = await http.request({ url: three, maxRedirects: 0 });
  assert.equal(unfollowed.status, 302);
  assert.equal(unfollowed.headers.get('location')?.startsWith('http'), true);
});

test('a redirect keeps or changes the method as its status says', async () => {
  await using server = await startCanary(redirecting);
  const http = clientOf([server]);
  const expected: [number, 'POST' | 'PUT' | 'HEAD', string, string][] = [
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [302, 'PUT', 'PUT', 'body'],
    [307, 'POST', 'POST', 'body'],
    [308, 'PUT', 'PUT', 'body'],
    [303, 'HEAD', 'HEAD', ''],
  ];
  for (const [status, method, arrivesAs, body] of expected) {
    await http.request({
      url: hop(server, '/', status),
      method,
      headers: { 'content-type': 'text/x', authorization: 'Bearer same-site' },
      ...(method === 'HEAD' ? {} : { body: 'body' }),
    });
    const last = server.requests.at(-1);
    assert.equal(last?.method, arrivesAs, `${status} ${method}`);
    assert.equal(last?.body, body, `${status} ${method}`);
    assert.equal(last?.headers['content-type'], arrivesAs === 'GET' ? undefined : 'text/x');
    assert.equal(last?.headers.authorization, 'Bearer same-site');
  }
});

test('credentials do not follow a redirect to another site', async () => {
  await using other = await startCanary();
  await using server = await startCanary(redirecting);
  await clientOf([server, other]).request({
    url: hop(server, `http://${other.host}/`, 307),
    method: 'POST',
    headers: {
      Authorization: 'Bearer s',
      Cookie: 'a=b',
      'X-Api-Key': 's',
      'x-custom': 's',
      accept: 'text/plain',
    },
    body: 'data',
  });
  const [seen] = other.requests;
  assert.equal(seen?.body, 'data');
  assert.equal(seen?.headers.accept, 'text/plain');
  for (const name of ['authorization', 'cookie', 'x-api-key', 'x-custom']) {
    assert.equal(seen?.headers[name], undefined, name);
  }
});

test('allowUrl is asked for the address and for each redirect', async () => {
  await using other = await startCanary();
  await using server = await startCanary(redirecting);
  const http = clientOf([server, other]);
  const allowUrl = (url: URL) => url.host === server.host;
  const away = http.request({ url: hop(server, `http://${other.host}/`), allowUrl });
  assert.equal(await codeOf(away), 'egress_failed');
  assert.equal(await codeOf(http.request({ url: `http://${other.host}/`, allowUrl })), 'egress_failed');
  assert.deepEqual(other.connections, []);
});

test('compressed replies are decoded', async () => {
  await using server = await startCanary((request, response) => {
    const text = 'words '.repeat(100);
    const pack = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };
    const encoding = request.url?.slice(1);
    response.setHeader('content-encoding', encoding ?? '');
    if (encoding === 'gzip' || encoding === 'deflate' || encoding === 'br')
      response.end(pack[encoding](text));
    else response.end('not compressed at all');
  });
  const http = clientOf([server]);
  for (const encoding of ['gzip', 'deflate', 'br']) {
    const reply = await http.request({ url: `http://${server.host}/${encoding}` });
    assert.equal(reply.body.toString(), 'words '.repeat(100), encoding);
    assert.equal(reply.headers.get('content-encoding'), null);
  }
  for (const encoding of ['x-gzip', 'gzip,%20gzip', 'zip']) {
    assert.equal(await codeOf(http.request({ url: `http://${server.host}/${encoding}` })), 'egress_failed');
  }
});

test('a decompression bomb ends at the limits, by size and by ratio', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * MEGABYTE));
  await using server = await startCanary((_, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.end(bomb);
  });
  const url = `http://${server.host}/`;
  assert.equal(await codeOf(clientOf([server]).request({ url })), 'egress_too_large');
  const roomy = clientOf([server], { maxBytes: 1024 * MEGABYTE });
  assert.equal(await codeOf(roomy.request({ url })), 'egress_too_large');
});

test('an endless body is cut off at the limit and its connection closed', async () => {
  const closed = Promise.withResolvers<void>();
  await using server = await startCanary((_, response) => {
    response.on('close', closed.resolve);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
    };
    response.on('drain', more);
    more();
  });
  const http = clientOf([server]);
  assert.equal(
    await codeOf(http.request({ url: `http://${server.host}/`, maxBytes: MEGABYTE })),
    'egress_too_large',
  );
  await closed.promise;
});

test('maxBytes lowers the limit and cannot raise it', async () => {
  await using server = await startCanary((_, response) => response.end('x'.repeat(1000)));
  const url = `http://${server.host}/`;
  const http = clientOf([server], { maxBytes: 999 });
  assert.equal(await codeOf(http.request({ url, maxBytes: 5_000 })), 'egress_too_large');
  assert.equal((await clientOf([server]).request({ url, maxBytes: 1_000 })).body.length, 1_000);
});

/** Long enough to be connected by then: before that nothing can be reached. */
const DEADLINE_MS = 1_000;

test('a server that never answers, stalls or drips is left at the deadline', async () => {
  await using silent = await startCanary(() => {});
  await using stalling = await startCanary((_, response) => response.write('a'));
  const urlOf = ({ host }: Canary) => `http://${host}/`;
  const patient = clientOf([silent, stalling]);
  const strict = clientOf([silent, stalling], { headersTimeoutMs: 50, idleTimeoutMs: 50 });
  const capped = clientOf([silent], { totalTimeoutMs: DEADLINE_MS });
  const requests = [
    patient.request({ url: urlOf(silent), timeoutMs: DEADLINE_MS }),
    patient.request({ url: urlOf(stalling), timeoutMs: DEADLINE_MS }),
    capped.request({ url: urlOf(silent), timeoutMs: 60_000 }),
    strict.request({ url: urlOf(silent) }),
    strict.request({ url: urlOf(stalling) }),
  ];
  const codes = await Promise.all(requests.map(codeOf));
  assert.deepEqual(
    codes,
    requests.map(() => 'egress_timeout'),
  );
});

test('an abort ends the request with its own reason and closes the connection', async () => {
  const arrived = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  await using server = await startCanary((request) => {
    request.socket.on('close', closed.resolve);
    arrived.resolve();
  });
  const stop = new AbortController();
  const reason = new Error('the user left');
  const request = clientOf([server]).request({ url: `http://${server.host}/`, signal: stop.signal });
  const refused = assert.rejects(request, reason);
  await arrived.promise;
  stop.abort(reason);
  await refused;
  await closed.promise;
  await assert.rejects(
    clientOf([server]).request({ url: `http://${server.host}/`, signal: stop.signal }),
    reason,
  );
  assert.equal(server.requests.length, 1);
});

test('what is no HTTP, and a reply that breaks off, is egress_failed', async () => {
  const replies = ['garbage\r\n\r\n', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf', ''];
  for (const reply of replies) {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(reply));
    });
    const port = await new Promise<number>((listening) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        listening(typeof address === 'object' && address ? address.port : 0);
      });
    });
    const http = createGuardedHttp({ allowHosts: [`127.0.0.1:${port}`] });
    assert.equal(await codeOf(http.request({ url: `http://127.0.0.1:${port}/` })), 'egress_failed', reply);
    server.close();
  }
});

test('no connection outlives its request', async () => {
  const closed: Promise<void>[] = [];
  await using server = await startCanary((request, response) => {
    closed.push(new Promise((done) => request.socket.on('close', () => done())));
    response.end('ok');
  });
  const http = clientOf([server]);
  await http.request({ url: `http://${server.host}/` });
  await http.request({ url: `http://${server.host}/` });
  assert.equal(server.connections.length, 2);
  await Promise.all(closed);
});
