import assert from 'node:assert/strict';
import { once } from 'node:events';
import { it } from 'node:test';
import { WebSocket } from 'ws';
import { createIds } from '../../../../lib/ids.ts';
import { createLogger } from '../../../../lib/logger.ts';
import { until } from '../../../../testing/until.ts';
import { createServer } from '../../../create-server.ts';
import { responsesSocket, type SocketLimits } from './responses-socket.ts';

/** A server with nothing behind the socket: no turn is made here. */
async function serve(socketLimits: SocketLimits) {
  const logger = await createLogger('silent');
  const ids = createIds();
  const app = createServer({ ids, logger, trustProxy: false });
  const deps = {
    ids,
    logger,
    accounts: {
      authenticate: async () => ({ kind: 'user', accountId: 'a' }),
      onRevoked: () => () => undefined,
    },
    limits: { take: async () => undefined, openStream: async () => () => undefined },
    corsOrigins: ['https://console.example.com'],
    shutdownSignal: new AbortController().signal,
    socketLimits,
  };
  // Only what a connection without turns needs.
  responsesSocket(app, deps as unknown as Parameters<typeof responsesSocket>[1]);
  const url = (await app.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws');
  return { app, connect: (headers = {}) => new WebSocket(`${url}/responses`, { headers }) };
}

const LONG = 600_000;

it('a connection that has lived its time is told so and ended [socket.age]', async () => {
  const { app, connect } = await serve({ maxAgeMs: 20, pingMs: LONG });
  const socket = connect();
  const [message] = await once(socket, 'message');
  const error = JSON.parse(String(message));
  assert.equal(error.type, 'error');
  assert.equal(error.error.code, 'websocket_connection_limit_reached');
  const [code] = await once(socket, 'close');
  assert.equal(code, 1000);
  await app.close();
});

it('a client that answers no ping is gone', async () => {
  const { app, connect } = await serve({ maxAgeMs: LONG, pingMs: 20 });
  const socket = connect();
  await once(socket, 'open');
  // What reads nothing answers nothing.
  socket.pause();
  await until(
    'the connection to be dropped',
    () => new Promise((resolve) => app.server.getConnections((_error, count) => resolve(count))),
    (left) => left === 0,
  );
  socket.terminate();
  await app.close();
});

it('a server that goes down tells its connections and lets them go', async () => {
  const { app, connect } = await serve({ maxAgeMs: LONG, pingMs: LONG });
  const socket = connect();
  await once(socket, 'open');
  const message = once(socket, 'message');
  const close = once(socket, 'close');
  await app.close();
  assert.equal(JSON.parse(String((await message)[0])).error.code, 'service_unavailable');
  assert.equal((await close)[0], 1012);
});

it('a page of an origin that may not use the API gets no connection', async () => {
  const { app, connect } = await serve({ maxAgeMs: LONG, pingMs: LONG });
  const refused = connect({ origin: 'https://evil.example.com' });
  const [error] = await once(refused, 'error');
  assert.match(String(error), /403/);
  const allowed = connect({ origin: 'https://console.example.com' });
  await once(allowed, 'open');
  allowed.terminate();
  await app.close();
});
