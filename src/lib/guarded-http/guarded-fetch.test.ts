import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MusterError } from '../errors.ts';
import { startCanary } from './canary.ts';
import { createGuardedFetch } from './index.ts';

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => assert.fail('the request went through'),
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof MusterError, String(error));
  return error.code;
}

test('a guarded fetch connects to no private address, also behind a name that turns private', async () => {
  await using inside = await startCanary();
  const answers = [['93.184.216.34'], ['127.0.0.1']];
  await using guarded = createGuardedFetch({
    allowHosts: [],
    resolve: async () => (answers.shift() ?? ['127.0.0.1']).map((address) => ({ address, family: 4 })),
    connectTimeoutMs: 200,
  });
  for (const host of ['127.0.0.1', '[::1]', '0x7f000001', 'rebound.example', 'rebound.example']) {
    assert.equal(await codeOf(guarded.fetch(`http://${host}:${inside.port}/`)), 'egress_unreachable', host);
  }
  assert.equal(await codeOf(guarded.fetch('file:///etc/passwd')), 'egress_invalid_url');
  assert.deepEqual(inside.connections, []);
});

test('a guarded fetch gives redirects back unfollowed, and replies as they come', async () => {
  await using elsewhere = await startCanary();
  await using server = await startCanary((request, response) => {
    if (request.url === '/away') response.writeHead(302, { location: `http://${elsewhere.host}/` }).end();
    else if (request.url === '/none') response.writeHead(204).end();
    else response.setHeader('x-mark', 'yes').end(`${request.method} ${request.headers['x-mine']}`);
  });
  await using guarded = createGuardedFetch({ allowHosts: [server.host, elsewhere.host] });
  const redirect = await guarded.fetch(`http://${server.host}/away`);
  assert.deepEqual([redirect.status, redirect.headers.get('location')], [302, `http://${elsewhere.host}/`]);
  assert.deepEqual(elsewhere.requests, []);
  assert.equal((await guarded.fetch(`http://${server.host}/none`)).status, 204);
  const reply = await guarded.fetch(new URL(`http://${server.host}/`), {
    method: 'POST',
    headers: { 'X-Mine': 'mine' },
    body: '{}',
  });
  assert.deepEqual([reply.headers.get('x-mark'), await reply.text()], ['yes', 'POST mine']);
  assert.equal(server.requests.at(-1)?.body, '{}');
});

test('a guarded fetch ends a reply that is too large, and one that nobody wants any more', async () => {
  await using server = await startCanary((_request, response) => {
    const more = () => {
      if (!response.destroyed) response.write('x'.repeat(64 * 1024), () => setImmediate(more));
    };
    more();
  });
  await using guarded = createGuardedFetch({ allowHosts: [server.host], maxBytes: 1024 * 1024 });
  const reply = await guarded.fetch(`http://${server.host}/`);
  assert.equal(await codeOf(reply.text()), 'egress_too_large');
  const gone = new AbortController();
  const unwanted = await guarded.fetch(`http://${server.host}/`, { signal: gone.signal });
  gone.abort(new Error('gone'));
  await assert.rejects(unwanted.text());
});
