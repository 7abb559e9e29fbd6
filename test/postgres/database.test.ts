import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import pg from 'pg';
import { createPostgresSignals, type Database, openPostgresDatabase } from '../../src/db/index.ts';
import { migrations } from '../../src/db/migrations/index.ts';
import { toPostgresSql } from '../../src/db/postgres/to-postgres-sql.ts';
import { MusterError } from '../../src/lib/errors.ts';
import { type PostgresServer, startPostgresServer } from '../../src/testing/postgres-server.ts';
import { until } from '../../src/testing/until.ts';

const account = (id: string, balance: bigint) => ({
  ...{ id, name: id, tier: 'free', status: 'active', created_at: 1 },
  ...{ balance_nano_usd: balance, held_nano_usd: 0n },
});

const refused = (error: unknown) =>
  error instanceof MusterError && error.status === 503 && (error.details.retryAfterMs ?? 0) > 0;

describe('PostgreSQL', () => {
  let server: PostgresServer;
  const open: Database[] = [];
  const database = async (): Promise<Database> => {
    const db = await openPostgresDatabase(server.url());
    open.push(db);
    return db;
  };
  before(async () => {
    server = await startPostgresServer();
  });
  after(async () => {
    await Promise.all(open.map((db) => db.close()));
    await server.remove();
  });

  const admin = async (text: string): Promise<void> => {
    const client = new pg.Client(server.url());
    await client.connect();
    await client.query(text);
    await client.end();
  };
  const insert = (db: Database, id: string, balance = 1_000n) =>
    db.statement(db.build.insertInto('accounts').values(account(id, balance)));
  const move = (db: Database, id: string, amount: bigint) =>
    db.statement(
      db.build
        .updateTable('accounts')
        .set((eb) => ({ balance_nano_usd: eb('balance_nano_usd', '+', amount) }))
        .where('id', '=', id)
        .where((eb) => eb(eb('balance_nano_usd', '+', amount), '>=', 0n)),
      'balance',
    );
  const balances = async (db: Database) =>
    (await db.all(db.build.selectFrom('accounts').select(['id', 'balance_nano_usd']).orderBy('id'))).map(
      (row) => [row.id, row.balance_nano_usd],
    );

  it('is migrated once, however many processes start at the same time', async () => {
    const all = await Promise.all([database(), database(), database()]);
    const [first] = all;
    assert.deepEqual(await first?.all(first.build.selectFrom('accounts').select('id')), []);
  });

  it('is upgraded beside processes of the former version: what they write meanwhile is summed up as well', async () => {
    await admin('CREATE DATABASE former');
    const url = server.url('former');
    const former = new pg.Client(url);
    await former.connect();
    const at = migrations.findIndex(({ name }) => name === 'usage-by-hour');
    for (const { name, sqlite, postgres } of migrations.slice(0, at)) {
      await former.query(postgres ?? toPostgresSql(name, sqlite));
    }
    await former.query(
      'CREATE TABLE IF NOT EXISTS migrations (id BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)',
    );
    await former.query(`INSERT INTO migrations SELECT id, 'former', 1 FROM generate_series(1, ${at}) AS id`);
    const use = (id: string) =>
      former.query(
        `INSERT INTO usage VALUES ('${id}', 'acct_1', 'user', NULL, 'user_1', 'agent_1', 1, 'm', 1, 0, 1, 0, 0, 0, 5, 1700000000000)`,
      );
    await use('run_1');
    await former.query('BEGIN');
    await use('run_2');
    const upgraded = openPostgresDatabase(url);
    const waiting = new pg.Client(url);
    await waiting.connect();
    await until('the upgrade to wait for the row', async () => {
      const { rows } = await waiting.query(
        `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'usage'::regclass`,
      );
      return rows.length > 0;
    });
    await former.query('COMMIT');
    open.push(await upgraded);
    await use('run_3');
    const { rows } = await waiting.query('SELECT span, runs FROM usage_rollups ORDER BY span');
    assert.deepEqual(
      rows.map(({ span, runs }) => [span, Number(runs)]),
      // The former version reads sums by month.
      [
        ['day', 3],
        ['hour', 3],
        ['month', 3],
      ],
    );
    await former.end();
    await waiting.end();
  });

  it('lets several processes change the same balances in any order: none gets stuck, no dollar is lost', async () => {
    const [one, two] = [await database(), await database()];
    await one.write(['a', 'b', 'c'].map((id) => insert(one, id)));
    const moves = Array.from({ length: 300 }, (_, index) => {
      const db = index % 2 ? one : two;
      const [from, to] = index % 3 ? ['a', 'c'] : ['c', 'b'];
      return db.write([move(db, from ?? '', -7n), move(db, to ?? '', 7n)]);
    });
    const results = await Promise.all(moves);
    const rows = await balances(one);
    assert.equal(
      rows.reduce((sum, [, balance]) => sum + BigInt(balance ?? 0), 0n),
      3_000n,
    );
    assert.ok(results.some(({ ok }) => ok));
    assert.ok(rows.every(([, balance]) => BigInt(balance ?? -1) >= 0n));
  });

  it('that goes away is a 503 with Retry-After, loses nothing that was acknowledged, and is used again once it is back', async () => {
    const db = await database();
    await db.write([insert(db, 'kept')]);
    await server.stop();
    await assert.rejects(db.all(db.build.selectFrom('accounts').select('id')), refused);
    await assert.rejects(db.write([insert(db, 'lost')]), refused);
    const patient = db.write([insert(db, 'patient')], { whenAway: 'wait' });
    await server.start();
    assert.equal((await patient).ok, true);
    const ids = (await balances(db)).map(([id]) => id);
    assert.ok(ids.includes('kept') && ids.includes('patient') && !ids.includes('lost'));
  });

  it('that is gone without a word is missed within seconds: what it was asked is asked of the one at the same address', async () => {
    const pairs: Socket[][] = [];
    const proxy = createServer((near) => {
      const far = connect(Number(new URL(server.url()).port), '127.0.0.1');
      for (const socket of [near, far]) socket.on('error', () => undefined);
      near.pipe(far).pipe(near);
      pairs.push([near, far]);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const url = new URL(server.url());
    url.port = String(Object(proxy.address()).port);
    const db = await openPostgresDatabase(url.href);
    try {
      await db.write([insert(db, 'before-silence')]);
      for (const socket of pairs.flat()) socket.unpipe().pause();
      await admin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE client_port IN (${pairs.flatMap(([, far]) => far?.localPort ?? [])})`);
      const from = performance.now();
      const written = await db.write([insert(db, 'after-silence')]);
      assert.equal(written.ok, true);
      assert.ok(performance.now() - from < 20_000);
    } finally {
      for (const socket of pairs.flat()) socket.destroy();
      await db.close();
      proxy.close();
    }
  });

  it('with fewer connections than it would like is slower, and with none a 503 until there are some again', async () => {
    await admin(`CREATE ROLE scarce LOGIN SUPERUSER PASSWORD 'muster'`);
    await admin(
      `GRANT ALL ON ALL TABLES IN SCHEMA public TO scarce; ALTER ROLE scarce NOSUPERUSER CONNECTION LIMIT 3`,
    );
    const url = server.url().replace('muster:', 'scarce:');
    const db = await openPostgresDatabase(url);
    open.push(db);
    const read = () => db.all(db.build.selectFrom('accounts').select('id'));
    const slow = () => db.scan(db.build.selectFrom('accounts').select('id'));
    const work = Array.from({ length: 200 }, (_, index) =>
      index % 5 === 0 ? db.write([insert(db, `scarce-${index}`)]) : read(),
    );
    await Promise.all([
      ...work,
      ...[1, 2, 3, 4].map(() => db.all({ compile: () => sql`SELECT pg_sleep(0.1)`.compile(db.build) })),
    ]);
    // Long reads have connections of their own, and there is none left.
    await assert.rejects(slow(), refused);
    assert.equal((await read()).filter(({ id }) => id.startsWith('scarce-')).length, 40);
    await admin("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = 'scarce'");
    await admin('ALTER ROLE scarce CONNECTION LIMIT 0');
    await assert.rejects(read(), refused);
    await assert.rejects(db.write([insert(db, 'refused')]), refused);
    const patient = db.write([insert(db, 'scarce-patient')], { whenAway: 'wait' });
    await admin('ALTER ROLE scarce CONNECTION LIMIT 3');
    assert.equal((await patient).ok, true);
    await until('reads to work again', () => read().catch(() => undefined));
  });

  it('that crashes keeps what was acknowledged; what was under way is written once or refused', async () => {
    const db = await database();
    const wanted = Array.from({ length: 400 }, (_, index) => `crash-${index}`);
    const acknowledged: string[] = [];
    const writes = wanted.map(async (id) => {
      await new Promise((resolve) => setImmediate(resolve));
      const { ok } = await db.write([insert(db, id), insert(db, `${id}-too`)], { whenAway: 'wait' });
      if (ok) acknowledged.push(id);
    });
    await until('the first acknowledgement', () => acknowledged.length > 0);
    await server.stop('SIGQUIT');
    await server.start();
    await Promise.all(writes);
    assert.deepEqual(acknowledged.toSorted(), wanted.toSorted());
    const ids = (await balances(db)).map(([id]) => String(id)).filter((id) => id.startsWith('crash-'));
    assert.deepEqual(ids.toSorted(), wanted.flatMap((id) => [id, `${id}-too`]).toSorted());
  });

  it('behind a pooler that gives sessions away has its bounds in each transaction', async () => {
    const db = await openPostgresDatabase(server.url(), server.url());
    open.push(db);
    const bound = sql<{ bound: string }>`SELECT current_setting('lock_timeout') AS bound`;
    const ask = () => db.first({ compile: () => bound.compile(db.build) });
    assert.equal((await ask())?.bound, '10s');
    assert.equal((await db.write([insert(db, 'pooled')])).ok, true);
    const all = await Promise.all([ask(), balances(db), ask()]);
    assert.ok(all[1].some(([id]) => id === 'pooled'));
    assert.equal(all[2]?.bound, '10s');
  });

  it('where signals of processes do not arrive is refused at the start, with the way out', async () => {
    await admin('CREATE DATABASE elsewhere');
    const signals = createPostgresSignals({ url: server.url(), directUrl: server.url('elsewhere') });
    await assert.rejects(signals.start(), /does not arrive.*set DATABASE_DIRECT_URL/);
    await signals.close();
  });
});
