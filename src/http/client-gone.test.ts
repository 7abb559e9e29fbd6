import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Principal } from '../accounts/index.ts';
import { until } from '../testing/until.ts';
import { createOpenRequests } from './client-gone.ts';
import { type Recording, recordReply } from './record-reply.ts';

const PRINCIPAL: Principal = {
  kind: 'key',
  accountId: 'acct_1',
  keyId: 'key_1',
  keyName: 'Key',
  agentIds: undefined,
  dailyLimitNanoUsd: undefined,
  monthlyLimitNanoUsd: undefined,
  requestLimits: undefined,
  expiresAt: Number.POSITIVE_INFINITY,
};

describe('a request that is open', () => {
  const server = createServer();
  let accept: (response: ServerResponse) => void = () => undefined;
  before(async () => {
    server.on('request', (_request, response: ServerResponse) => accept(response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  /** A client, and the response that it waits for. */
  async function call() {
    const arrived = Promise.withResolvers<ServerResponse>();
    accept = arrived.resolve;
    // A TCP server has an address with a port.
    const { port } = server.address() as AddressInfo;
    const client = get({ host: '127.0.0.1', port, agent: false });
    client.on('error', () => undefined);
    const response = await arrived.promise;
    return {
      response,
      async leave() {
        const closed = once(response, 'close');
        client.destroy();
        await closed;
      },
    };
  }
  /** A stream that has begun, and one who follows it. */
  async function followed() {
    const [first, second] = [await call(), await call()];
    const recording: Recording = recordReply(first.response, async () => undefined);
    first.response.writeHead(200, { 'content-type': 'text/event-stream' });
    assert.ok(recording.follow(second.response, {}));
    return { first, second };
  }
  const count = (open: ReturnType<typeof createOpenRequests>) => [...open.principals()].length;

  it('is no more when its client leaves', async () => {
    const open = createOpenRequests();
    const { response, leave } = await call();
    const signal = open.track(response, PRINCIPAL);
    assert.equal(count(open), 1);
    await leave();
    assert.ok(signal.aborted);
    assert.equal(count(open), 0);
  });

  it('can be told to stop while others follow it, also when its first client has gone since', async () => {
    const open = createOpenRequests();
    const { first } = await followed();
    const signal = open.track(first.response, PRINCIPAL);
    await first.leave();
    assert.equal(count(open), 1);
    open.abortAll(new Error('The server is going down'));
    assert.ok(signal.aborted);
  });

  for (const when of ['before it began', 'since'] as const) {
    it(`is no more when its reply has ended for its followers, its first client having gone ${when}`, async () => {
      const open = createOpenRequests();
      const { first } = await followed();
      if (when === 'before it began') await first.leave();
      const signal = open.track(first.response, PRINCIPAL);
      if (when === 'since') await first.leave();
      assert.equal(count(open), 1);
      first.response.end();
      await until(
        'the request to be no more',
        () => count(open),
        (left) => left === 0,
      );
      assert.equal(signal.aborted, false);
    });

    it(`is no more when its followers have left, its first client having gone ${when}`, async () => {
      const open = createOpenRequests();
      const { first, second } = await followed();
      if (when === 'before it began') await first.leave();
      const signal = open.track(first.response, PRINCIPAL);
      if (when === 'since') await first.leave();
      await second.leave();
      assert.ok(signal.aborted);
      await until(
        'the request to be no more',
        () => count(open),
        (left) => left === 0,
      );
    });
  }
});
