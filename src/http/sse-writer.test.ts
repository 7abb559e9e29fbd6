import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { after, test } from 'node:test';
import { SseWriter } from './sse-writer.ts';

const servers: ReturnType<typeof createServer>[] = [];
after(() => servers.forEach((server) => void server.close()));

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const FRAMES = ['data: one\n\n', 'data: zwölf Bären 🐻, 三\n\n', `data: ${'long '.repeat(40_000)}\n\n`];

const sendAll: RequestListener = (_request, response) => {
  const sse = new SseWriter(response, () => ({ 'x-test': 'yes' }));
  sse.open();
  for (const frame of FRAMES) sse.write(frame);
  sse.end();
};

test('frames of any length and alphabet arrive as they were written, one response after another', async () => {
  const port = await serve(sendAll);
  for (let round = 0; round < 3; round++) {
    const [response] = await once(get({ host: '127.0.0.1', port }), 'response');
    assert.equal(response.headers['x-test'], 'yes');
    let text = '';
    for await (const piece of response.setEncoding('utf8')) text += piece;
    assert.equal(text, FRAMES.join(''));
  }
});

test('frames of one turn of the event loop go out together', async () => {
  const port = await serve((_request, response) => {
    const sse = new SseWriter(response, () => ({}));
    sse.open();
    sse.write('data: one\n\n');
    process.nextTick(() => sse.write('data: two\n\n'));
    void Promise.resolve().then(() => sse.write('data: three\n\n'));
    setImmediate(() => sse.end());
  });
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  let text = '';
  for await (const piece of socket.setEncoding('utf8')) text += piece;
  const frames = 'data: one\n\ndata: two\n\ndata: three\n\n';
  assert.ok(text.endsWith(`\r\n\r\n${frames.length.toString(16)}\r\n${frames}\r\n0\r\n\r\n`), text);
});

test('a response that waits for the one before it on its connection comes after it, whole', async () => {
  const first = Promise.withResolvers<void>();
  const port = await serve((request, response) => {
    if (request.url === '/first') void first.promise.then(() => response.end('first'));
    else {
      sendAll(request, response);
      first.resolve();
    }
  });
  const socket = connect(port, '127.0.0.1');
  socket.write(
    'GET /first HTTP/1.1\r\nHost: a\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  );
  let text = '';
  for await (const piece of socket.setEncoding('utf8')) text += piece;
  assert.ok(text.indexOf('first') < text.indexOf('text/event-stream'));
  for (const frame of FRAMES) assert.ok(text.includes(frame));
});

test('a client of HTTP/1.0 gets the frames without chunks', async () => {
  const port = await serve(sendAll);
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.0\r\n\r\n');
  let text = '';
  for await (const piece of socket.setEncoding('utf8')) text += piece;
  assert.equal(text.slice(text.indexOf('\r\n\r\n') + 4), FRAMES.join(''));
});

test('a reader that does not read is waited for, and its leaving ends the wait', async () => {
  const waited = Promise.withResolvers<void>();
  const port = await serve((_request, response) => {
    const sse = new SseWriter(response, () => ({}));
    sse.open();
    const frame = `data: ${'x'.repeat(1_000_000)}\n\n`;
    while (sse.ready() === undefined) sse.write(frame);
    socket.destroy();
    void sse.ready()?.then(() => {
      sse.end();
      waited.resolve();
    });
  });
  const socket = connect(port, '127.0.0.1').pause();
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await waited.promise;
});
