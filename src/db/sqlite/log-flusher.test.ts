import assert from 'node:assert/strict';
import fs, { type NoParamCallback } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, it, mock } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { tempFolder } from '../../testing/temp-folder.ts';
import { type Database, openSqliteDatabase } from '../index.ts';

describe('the flush of the log', () => {
  const folder = tempFolder();
  /** Flushes that were begun and wait to be let go. */
  let flushes: NoParamCallback[];
  let db: Database;
  let count = 0;
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= db.close());

  beforeEach(async () => {
    flushes = [];
    closing = undefined;
    mock.method(fs, 'fdatasync', (_file: number, done: NoParamCallback) => void flushes.push(done));
    syncBuiltinESMExports();
    db = await openSqliteDatabase(join(folder.path, `${count++}.db`));
  });
  afterEach(async () => {
    mock.restoreAll();
    syncBuiltinESMExports();
    for (const done of flushes) done(null);
    await close();
  });
  after(() => folder.remove());

  const insert = (id: string, ack?: 'applied') => {
    const money = { balance_nano_usd: 0n, held_nano_usd: 0n };
    const account = { id, name: id, tier: 'free', status: 'active', created_at: 1, ...money };
    return db.write(
      [db.statement(db.build.insertInto('accounts').values(account))],
      ack === undefined ? undefined : { ack },
    );
  };
  const stored = async () => (await db.all(db.build.selectFrom('accounts').select('id'))).length;
  const begun = async (flush: number): Promise<NoParamCallback> => {
    for (;;) {
      const done = flushes[flush];
      if (done) return done;
      await nextTurn();
    }
  };

  it('is waited for by a write', async () => {
    let isAnswered = false;
    const write = insert('a').finally(() => {
      isAnswered = true;
    });
    const done = await begun(0);
    assert.equal(await stored(), 1);
    assert.equal(isAnswered, false);
    done(null);
    assert.equal((await write).ok, true);
  });

  it('serves all that was committed when it began, and does not hold up what is applied next', async () => {
    const first = insert('a');
    const done = await begun(0);
    assert.equal((await insert('b', 'applied')).ok, true);
    const others = [insert('c'), insert('d')];
    while ((await stored()) < 4) await nextTurn();
    assert.equal(flushes.length, 1);
    done(null);
    await first;
    (await begun(1))(null);
    await Promise.all(others);
    assert.equal(flushes.length, 2);
  });

  it('ends all writing when it fails: what was committed may not last', async () => {
    const write = insert('a');
    const refused = assert.rejects(write, /could not flush its disk/);
    (await begun(0))(new Error('EIO'));
    await refused;
    await assert.rejects(insert('b'), /could not flush its disk/);
    assert.match((await db.writeTrouble()) ?? '', /could not flush its disk/);
  });

  it('is waited for by an orderly end', async () => {
    const write = insert('a');
    const done = await begun(0);
    let isClosed = false;
    const closed = close().finally(() => {
      isClosed = true;
    });
    await nextTurn();
    assert.equal(isClosed, false);
    done(null);
    assert.equal((await write).ok, true);
    await closed;
  });
});
