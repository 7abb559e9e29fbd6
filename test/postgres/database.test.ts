import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, openPostgresDatabase } from '../../src/db/index.ts';
import { MusterError } from '../../src/lib/errors.ts';
import { type PostgresServer, startPostgresServer } from '../../src/testing/postgres-server.ts';

const account = (id: string, balance: bigint) => ({
  ...{ id, name: id, tier: 'free', status: 'active', created_at: 1 },
  ...{ balance_nano_usd: balance, held_nano_usd: 0n },
});

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
    const refused = (error: unknown) =>
      error instanceof MusterError && error.status === 503 && (error.details.retryAfterMs ?? 0) > 0;
    await assert.rejects(db.all(db.build.selectFrom('accounts').select('id')), refused);
    await assert.rejects(db.write([insert(db, 'lost')]), refused);
    const patient = db.write([insert(db, 'patient')], { whenAway: 'wait' });
    await server.start();
    assert.equal((await patient).ok, true);
    const ids = (await balances(db)).map(([id]) => id);
    assert.ok(ids.includes('kept') && ids.includes('patient') && !ids.includes('lost'));
  });
});
