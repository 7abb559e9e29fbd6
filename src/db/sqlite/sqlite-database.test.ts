import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
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
