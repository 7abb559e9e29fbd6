import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import pg from 'pg';
import { manualTime } from '../../testing/manual-time.ts';
import { until } from '../../testing/until.ts';
import { watchReply, whatItMeans } from './watch-reply.ts';

type Finding = ReturnType<typeof whatItMeans>;

describe('a reply of PostgreSQL that does not come', () => {
  /** How often the server was asked before the reply was given up; undefined when the answers end before that. */
  async function givenUpAfter(...findings: Finding[]): Promise<number | undefined> {
    const time = manualTime();
    let asked = 0;
    let isGone = false;
    const end = watchReply({ url: '', processId: 1 }, () => (isGone = true), {
      ask: async () => findings[asked++] ?? 'there',
      now: time.clock.now,
      after: time.timers.after,
    });
    for (let look = 1; look <= findings.length && !isGone; look++) {
      assert.equal(time.pending, 1);
      time.advance(5_000);
      await until('what the server said', () => isGone || time.pending === 1);
    }
    end();
    assert.equal(time.pending, 0);
    return isGone ? asked : undefined;
  }

  it('is given up at once when the server does not know of it, or is away', async () => {
    assert.equal(await givenUpAfter('gone'), 1);
    assert.equal(await givenUpAfter('there', 'gone'), 2);
  });

  it('is given up only when the server says nothing twice in a row', async () => {
    assert.equal(await givenUpAfter('unknown', 'unknown'), 2);
    assert.equal(await givenUpAfter('unknown', 'there', 'unknown'), undefined);
    assert.equal(await givenUpAfter('unknown', 'there', 'unknown', 'unknown'), 4);
    assert.equal(await givenUpAfter('unknown', 'gone'), 2);
  });

  it('is given up when it is long past its time, whatever the server says', async () => {
    assert.equal(await givenUpAfter(...Array.from({ length: 10 }, () => 'there' as const)), 6);
  });

  describe('and a server that cannot be asked', () => {
    const servers: ReturnType<typeof createServer>[] = [];
    afterEach(() => {
      for (const server of servers.splice(0)) server.close();
    });
    async function connectionFailure(port: number): Promise<unknown> {
      const client = new pg.Client({ host: '127.0.0.1', port, connectionTimeoutMillis: 100 });
      client.on('error', () => undefined);
      return client.connect().then(
        () => assert.fail('it connected'),
        (error: unknown) => error,
      );
    }

    it('is unknown when it takes a connection and says nothing in time', async () => {
      const server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
      servers.push(server);
      await once(server, 'listening');
      const failure = await connectionFailure(Number(Object(server.address()).port));
      assert.equal(whatItMeans(failure), 'unknown');
    });

    it('is gone when nobody listens', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = Object(server.address());
      server.close();
      await once(server, 'close');
      assert.equal(whatItMeans(await connectionFailure(Number(port))), 'gone');
    });
  });
});
