import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { it } from 'node:test';
import { openTestDatabase, testDialect } from '../../testing/test-database.ts';
import { openPool } from './open-pool.ts';

/** DBOS is of PostgreSQL: `npm run test:postgres`. */
if (testDialect === 'postgres') {
  it('a query that a server has taken and says nothing to fails as one that is worth another try, and the next one is answered', async () => {
    const { url = '', close } = await openTestDatabase();
    const there = new URL(url);
    const port = Number(there.port);
    const sockets: Socket[] = [];
    const proxy = createServer((near) => {
      const far = connect(port, there.hostname);
      near.pipe(far).pipe(near);
      sockets.push(near, far);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    there.port = String(Object(proxy.address()).port);
    const lost: unknown[] = [];
    const warn = (fields: object): void => void lost.push(fields);
    const {
      pool,
      endSilence,
      close: closePool,
    } = await openPool({ url: there.href, log: { warn }, silenceMs: 2_000 });
    try {
      const asked = await pool.query('SHOW idle_in_transaction_session_timeout');
      assert.deepEqual(asked.rows, [{ idle_in_transaction_session_timeout: '5s' }]);
      endSilence();
      const silent = sockets.slice(-2);
      for (const socket of silent) socket.unpipe().pause();
      await assert.rejects(pool.query('SELECT 1'), { code: 'ETIMEDOUT' });
      const again = await pool.query('SELECT 1 AS one');
      assert.deepEqual(again.rows, [{ one: 1 }]);
    } finally {
      await closePool();
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await close();
    }
  });
}
