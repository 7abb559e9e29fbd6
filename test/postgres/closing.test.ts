import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { createSharedPresence, openPostgresDatabase } from '../../src/db/index.ts';
import { type PostgresServer, startPostgresServer } from '../../src/testing/postgres-server.ts';
import { until } from '../../src/testing/until.ts';

describe('a process that leaves PostgreSQL', () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgresServer();
  });
  after(() => server.remove());

  it('takes the connection with it that is just being made', async () => {
    const url = new URL(server.url());
    const sockets: Socket[] = [];
    let hold: Promise<void> | undefined;
    const proxy = createServer(async (near) => {
      sockets.push(near);
      await hold;
      const far = connect(Number(new URL(server.url()).port), '127.0.0.1');
      for (const socket of [near, far]) socket.on('error', () => undefined);
      near.pipe(far).pipe(near);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    url.port = String(Object(proxy.address()).port);
    const [db, other] = [await openPostgresDatabase(url.href), await openPostgresDatabase(server.url())];
    const reading = sql`SELECT 1 FROM pg_stat_activity WHERE application_name = 'muster read'`;
    const connections = async () => (await other.scan({ compile: () => reading.compile(db.build) })).length;
    const { promise, resolve: letGo } = Promise.withResolvers<void>();
    hold = promise;
    const before = sockets.length;
    const read = db.all(db.build.selectFrom('accounts').select('id'));
    await until('it to be made', () => sockets.length > before);
    await db.close();
    letGo();
    await assert.rejects(read);
    await until('it to end', connections, (count) => count === 0);
    await other.close();
    proxy.close();
  });

  it('has done, and begins no more of, what it does for the dead when it is off the list', async () => {
    const db = await openPostgresDatabase(server.url());
    const presence = createSharedPresence(db, { warn: (...said) => assert.fail(String(said)) });
    const [begun, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let isDone = false;
    presence.onBeat(async () => {
      begun.resolve();
      await mayEnd.promise;
      isDone = true;
    });
    presence.onBeat(() => assert.fail('it began more'));
    await presence.start();
    await begun.promise;
    const closed = presence.close().then(() => isDone);
    mayEnd.resolve();
    assert.equal(await closed, true);
    assert.deepEqual(await db.all(db.build.selectFrom('processes').select('id')), []);
    await db.close();
  });
});
