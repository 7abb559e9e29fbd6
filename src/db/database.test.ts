import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { sql } from 'kysely';
import { openTestDatabase, testDialect } from '../testing/test-database.ts';
import { until } from '../testing/until.ts';
import { type Database, DatabaseConflict, SnapshotOver } from './index.ts';

const account = (id: string, balance: bigint) => ({
  id,
  name: id,
  tier: 'free',
  status: 'active',
  balance_nano_usd: balance,
  held_nano_usd: 0n,
  created_at: 1,
});

describe('the database', () => {
  let opened: Awaited<ReturnType<typeof openTestDatabase>>;
  let db: Database;

  beforeEach(async () => {
    opened = await openTestDatabase();
    db = opened.db;
  });
  afterEach(() => opened.close());

  const insert = (id: string, balance = 10n) =>
    db.statement(db.build.insertInto('accounts').values(account(id, balance)));
  const spend = (id: string, amount: bigint) =>
    db.statement(
      db.build
        .updateTable('accounts')
        .set((eb) => ({ balance_nano_usd: eb('balance_nano_usd', '-', amount) }))
        .where('id', '=', id)
        .where('balance_nano_usd', '>=', amount),
      'balance',
    );
  const balances = async () =>
    (await db.all(db.build.selectFrom('accounts').select(['id', 'balance_nano_usd']).orderBy('id'))).map(
      (row) => [row.id, row.balance_nano_usd],
    );

  it('reads money as bigint, also beyond 2^53, and other integers as numbers', async () => {
    await db.write([insert('a', 9_007_199_254_740_993n)]);
    const row = await db.first(db.build.selectFrom('accounts').selectAll().where('id', '=', 'a'));
    assert.equal(row?.balance_nano_usd, 9_007_199_254_740_993n);
    assert.equal(row?.created_at, 1);
  });

  it('writes all of a batch or nothing, whichever statement fails', async () => {
    await db.write([insert('a')]);
    assert.deepEqual(await db.write([insert('b'), spend('a', 99n)]), { ok: false, refused: 'balance' });
    await assert.rejects(db.write([insert('c'), insert('a')]), DatabaseConflict);
    await assert.rejects(db.write([insert('a'), insert('d')]), DatabaseConflict);
    assert.deepEqual(await balances(), [['a', 10n]]);
  });

  it('has a snapshot that sees what was acknowledged before it, and nothing of what is written since', async () => {
    await db.write([insert('a'), insert('b')]);
    const snapshot = await db.snapshot(60_000);
    const query = db.build.selectFrom('accounts').select(['id', 'balance_nano_usd']).orderBy('id');
    await db.write([insert('c'), spend('a', 3n)]);
    await db.write([db.statement(db.build.deleteFrom('accounts').where('id', '=', 'b'))]);
    for (let round = 0; round < 2; round++) {
      assert.deepEqual(
        (await snapshot.scan(query)).map(({ id, balance_nano_usd }) => [id, balance_nano_usd]),
        [
          ['a', 10n],
          ['b', 10n],
        ],
      );
    }
    assert.deepEqual(await balances(), [
      ['a', 7n],
      ['c', 10n],
    ]);
    await snapshot.close();
    await assert.rejects(snapshot.scan(query), SnapshotOver);
  });

  it('gives a snapshot up after its time, and with the database', async () => {
    const query = db.build.selectFrom('accounts').select('id');
    const short = await db.snapshot(1);
    const over = await until(
      'the snapshot to end',
      () => short.scan(query).catch((error: unknown) => error),
      (seen) => seen instanceof Error,
    );
    assert.ok(over instanceof SnapshotOver);
    const open = await db.snapshot(60_000);
    await opened.reopen();
    await assert.rejects(open.scan(query), SnapshotOver);
  });

  if (testDialect === 'postgres')
    it('does not go on with a snapshot at another moment when its connection is lost', async () => {
      await db.write([insert('a')]);
      const snapshot = await db.snapshot(60_000);
      const query = db.build.selectFrom('accounts').select('id');
      assert.equal((await snapshot.scan(query)).length, 1);
      const cut = sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'muster snapshot'`;
      await db.all({ compile: () => cut.compile(db.build) });
      await assert.rejects(snapshot.scan(query), SnapshotOver);
      await assert.rejects(snapshot.scan(query), SnapshotOver);
      assert.equal((await db.scan(query)).length, 1);
    });

  it('keeps the good batches of a shared commit when others of it fail', async () => {
    await db.write([insert('a', 3n)]);
    const results = await Promise.allSettled([
      db.write([insert('b'), spend('a', 2n)]),
      db.write([insert('c'), spend('a', 2n)]),
      db.write([insert('d'), insert('a')]),
      db.write([insert('e'), spend('a', 1n)]),
    ]);
    assert.deepEqual(
      results.map((result) => (result.status === 'fulfilled' ? result.value.ok : 'conflict')),
      [true, false, 'conflict', true],
    );
    assert.deepEqual(await balances(), [
      ['a', 0n],
      ['b', 10n],
      ['e', 10n],
    ]);
  });

  it('lets exactly as many guarded writes through as the stored state allows', async () => {
    await db.write([insert('a', 7n)]);
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        db.write([spend('a', 1n)], index % 2 ? { ack: 'applied' } : {}),
      ),
    );
    assert.equal(results.filter((result) => result.ok).length, 7);
    assert.deepEqual(await balances(), [['a', 0n]]);
  });

  it('keeps what was only applied when a batch that comes right after it fails', async () => {
    await db.write([insert('a', 3n)], { ack: 'applied' });
    const [applied, refused, conflict, kept] = await Promise.allSettled([
      db.write([spend('a', 1n)], { ack: 'applied' }),
      db.write([insert('b'), spend('a', 9n)]),
      db.write([insert('c'), insert('a')]),
      db.write([insert('d'), spend('a', 1n)]),
    ]);
    assert.deepEqual(
      [applied, refused, kept].map((result) => result.status === 'fulfilled' && result.value.ok),
      [true, false, true],
    );
    assert.equal(conflict.status, 'rejected');
    assert.deepEqual(await balances(), [
      ['a', 1n],
      ['d', 10n],
    ]);
  });

  it('brings what was only applied to disk by itself', async () => {
    await db.write([insert('a')], { ack: 'applied' });
    await until('the row', balances, ({ length }) => length > 0);
    assert.deepEqual(await balances(), [['a', 10n]]);
  });

  it('brings what was only applied to disk when it is closed', async () => {
    await db.write([insert('a')], { ack: 'applied' });
    db = await opened.reopen();
    assert.deepEqual(await balances(), [['a', 10n]]);
  });

  it('shows an acknowledged write to the next read, short and long', async () => {
    for (let i = 0; i < 50; i++) {
      await db.write([insert(`a${i}`)]);
      const query = db.build.selectFrom('accounts').select((eb) => eb.fn.countAll<number>().as('n'));
      assert.equal((await db.first(query))?.n, i + 1);
      assert.equal((await db.scan(query))[0]?.n, i + 1);
    }
  });

  it('compiles a prepared statement once and fills in values by name', async () => {
    const prepared = db.prepare<{ id: string; balance: bigint }>((queries, param) =>
      queries
        .insertInto('accounts')
        .values({ ...account('', 0n), id: param('id'), balance_nano_usd: param('balance') }),
    );
    assert.equal(prepared({ id: 'x', balance: 1n }).sql, prepared({ id: 'y', balance: 2n }).sql);
    await db.write([prepared({ id: 'x', balance: 1n }), prepared({ id: 'y', balance: 2n })]);
    const read = db.prepareRead<{ id: string }, { balance_nano_usd: bigint }>((queries, param) =>
      queries.selectFrom('accounts').select('balance_nano_usd').where('id', '=', param('id')),
    );
    assert.deepEqual(
      (await read({ id: 'y' })).map((row) => row.balance_nano_usd),
      [2n],
    );
  });

  it('keeps the first reason for which a batch was refused, whatever stands behind it', async () => {
    await db.write([insert('a')]);
    const refused = { ok: false, refused: 'balance' };
    assert.deepEqual(await db.write([spend('a', 99n), insert('a')]), refused);
    const both = await Promise.all([db.write([insert('b')]), db.write([spend('a', 99n), insert('a')])]);
    assert.deepEqual(both[1], refused);
    assert.equal(both[0].ok, true);
  });

  it('keeps texts, bytes, numbers and nothing as they were given', async () => {
    const audit = {
      action: 'a',
      actor_kind: 'user',
      actor_name: 'läuft 🔑 \\ \' "',
      details: '{"a":"\\u0000"}',
    };
    const row = { id: 'x', account_id: 'acct', at: 1_760_000_000_123, ...audit };
    await db.write([db.statement(db.build.insertInto('audit_log').values({ ...row, ip: null }))]);
    const found = await db.first(db.build.selectFrom('audit_log').selectAll());
    assert.partialDeepStrictEqual(found, { ...row, ip: null, request_id: null });
  });
});
