import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { it } from 'node:test';
import { tempFolder } from '../../testing/temp-folder.ts';
import { lockHome, openSqliteDatabase } from '../index.ts';

it('keeps every acknowledged write when the process is killed', async () => {
  const folder = tempFolder();
  const path = join(folder.path, 'muster.db');
  const writer = `
    import { openSqliteDatabase } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)};
    const db = await openSqliteDatabase(${JSON.stringify(path)});
    for (let i = 0; ; i += 8) {
      await Promise.all(Array.from({ length: 8 }, async (_, k) => {
        const id = 'a' + (i + k);
        await db.write([db.statement(db.build.insertInto('accounts').values(
          { id, name: id, tier: 'free', status: 'active', balance_nano_usd: 0n, held_nano_usd: 0n, created_at: 1 }))]);
        process.stdout.write(id + '\\n');
      }));
    }`;
  const script = join(folder.path, 'writer.mjs');
  writeFileSync(script, writer);
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === 500) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  assert.equal(child.signalCode, 'SIGKILL');

  const db = await openSqliteDatabase(path);
  const rows = await db.all(db.build.selectFrom('accounts').select('id'));
  await db.close();
  folder.remove();
  const kept = new Set(rows.map((row) => row.id));
  assert.deepEqual(
    acknowledged.filter((id) => !kept.has(id)),
    [],
  );
});

it('is closed before the process ends, also when what it was just writing is on disk sooner', async () => {
  const folder = tempFolder();
  const script = join(folder.path, 'close.mjs');
  writeFileSync(
    script,
    `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    fs.fdatasync = (_file, done) => setImmediate(done, null);
    syncBuiltinESMExports();
    const { openSqliteDatabase } = await import(${JSON.stringify(new URL('../index.ts', import.meta.url).href)});
    const db = await openSqliteDatabase(${JSON.stringify(join(folder.path, 'muster.db'))});
    const money = { balance_nano_usd: 0n, held_nano_usd: 0n };
    // So much that it takes a while to be copied out of the log.
    const name = 'x'.repeat(20_000_000);
    const account = { id: 'a', name, tier: 'free', status: 'active', created_at: 1, ...money };
    const write = db.write([db.statement(db.build.insertInto('accounts').values(account))]);
    await Promise.all([write, db.close()]);
    console.log('closed');`,
  );
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = await text(child.stdout);
  folder.remove();
  assert.equal(said, 'closed\n');
});

it('loses nothing that it took, durable or not, when the disk has no room left, and says so', async () => {
  const folder = tempFolder();
  const path = join(folder.path, 'muster.db');
  const script = join(folder.path, 'fill.mjs');
  writeFileSync(
    script,
    `
    import { openSqliteDatabase } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)};
    const db = await openSqliteDatabase(${JSON.stringify(path)});
    const money = { balance_nano_usd: 0n, held_nano_usd: 0n };
    let taken = 0;
    let refusal;
    while (refusal === undefined) {
      const id = 'a' + taken;
      const account = { id, name: 'x'.repeat(10_000), tier: 'free', status: 'active', created_at: 1, ...money };
      const insert = db.statement(db.build.insertInto('accounts').values(account));
      // What fits into SQLite's own memory fails at the commit only.
      const write = db.write([insert], taken % 2 === 0 ? { ack: 'applied' } : {});
      await write.then(() => { taken += 1; }, (error) => { refusal = error; });
    }
    const rows = await db.all(db.build.selectFrom('accounts').select('id'));
    console.log(JSON.stringify({ taken, kept: rows.length, refusal: refusal.code }));
    process.exit();`,
  );
  // The kernel refuses what would make a file larger than this: as a full disk does, but of one process's own.
  const child = spawn('sh', ['-c', 'ulimit -f 16384; exec "$0" "$1"', process.execPath, script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { taken, kept, refusal } = JSON.parse(await text(child.stdout));
  folder.remove();
  assert.ok(taken > 100, `${taken}`);
  assert.equal(kept, taken);
  assert.equal(refusal, 'service_unavailable');
});

it('a long reader holds up no writer, and the log ends its growth when that has read', async () => {
  const folder = tempFolder();
  const path = join(folder.path, 'muster.db');
  const db = await openSqliteDatabase(path);
  const row = { tier: 'free', status: 'active', balance_nano_usd: 0n, held_nano_usd: 0n };
  let made = 0;
  let longestMs = 0;
  const fill = async (bytes: number) => {
    const end = made + bytes / 250_000;
    while (made < end) {
      made += 1;
      const values = { id: 'filler', name: `${made % 10}`.repeat(250_000), created_at: made, ...row };
      const insert = db.build.insertInto('accounts').values(values);
      const again = insert.onConflict((conflict) =>
        conflict.column('id').doUpdateSet({ created_at: made, name: values.name }),
      );
      const from = performance.now();
      await db.write([db.statement(again)], { ack: 'applied' });
      longestMs = Math.max(longestMs, performance.now() - from);
    }
  };
  const logSize = () => statSync(`${path}-wal`).size;

  const reader = new DatabaseSync(path, { readOnly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM accounts').all();
  await fill(150e6);
  assert.ok(logSize() > 140e6, 'what a reader may still need is kept');
  // Who waits for the reader does so for ten seconds.
  assert.ok(longestMs < 9_500, `${longestMs} ms`);

  reader.close();
  await fill(140e6);
  assert.ok(logSize() < 150e6, `${logSize()}`);
  await db.close();
  folder.remove();
});

it('lets one process at a time have a data folder, and names the holder', () => {
  const folder = tempFolder();
  const lock = lockHome(folder.path);
  assert.throws(
    () => lockHome(folder.path),
    new RegExp(`in use by another Muster \\(process ${process.pid}`),
  );
  lock.release();
  lockHome(folder.path).release();
  folder.remove();
});

it('keeps what may wait until its full disk has room again, in the order in which it was given', async () => {
  const folder = tempFolder();
  const db = await openSqliteDatabase(join(folder.path, 'muster.db'));
  const pragma = (text: string) => db.write([{ sql: `PRAGMA ${text}`, params: [] }]);
  const row = { tier: 'free', status: 'active', balance_nano_usd: 0n, held_nano_usd: 0n };
  let made = 0;
  const insert = () => {
    made += 1;
    const values = { id: `a${made}`, name: 'x'.repeat(20_000), created_at: made, ...row };
    return db.statement(db.build.insertInto('accounts').values(values));
  };
  await pragma('max_page_count = 1');
  const order: string[] = [];
  const waiting = [insert(), insert()].map((statement, index) =>
    db.write([statement], { whenAway: 'wait' }).then(() => order.push(`waited ${index}`)),
  );
  await assert.rejects(db.write([insert()]), { code: 'service_unavailable' });
  const later = db.write([insert()], { whenAway: 'wait' }).then(() => order.push('came later'));
  await pragma('max_page_count = 1000000');
  await Promise.all([...waiting, later]);
  assert.deepEqual(order, ['waited 0', 'waited 1', 'came later']);
  const kept = await db.all(db.build.selectFrom('accounts').select('id').orderBy('id'));
  assert.deepEqual(
    kept.map(({ id }) => id),
    ['a1', 'a2', 'a4'],
  );
  await db.close();
  folder.remove();
});

it('refuses a long read that is under way when it is closed, and one that comes later', async () => {
  const folder = tempFolder();
  const db = await openSqliteDatabase(join(folder.path, 'muster.db'));
  const read = () => db.scan(db.build.selectFrom('accounts').select('id'));
  const underWay = assert.rejects(read(), /The database is closed/);
  await db.close();
  await underWay;
  await assert.rejects(read(), /The database is closed/);
  folder.remove();
});
