import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { type Database, DatabaseConflict } from '../db/index.ts';
import { createIds } from '../lib/ids.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import { type Audit, createAudit } from './create-audit.ts';
import { type AuditRecord, SYSTEM } from './types.ts';

const RECORD: AuditRecord = {
  accountId: 'acct_1',
  action: 'key.created',
  by: { kind: 'user', id: 'user_1', name: 'ada@example.com', ip: '192.0.2.1', requestId: 'req_1' },
  object: { type: 'key', id: 'key_1' },
  details: { name: 'Website' },
};

async function start(): Promise<{ audit: Audit; db: Database; clock: { ms: number } }> {
  const { db, close } = await openTestDatabase();
  const clock = { ms: 1_000, now: () => clock.ms };
  after(close);
  return { audit: createAudit({ db, clock, ids: createIds(clock.now) }), db, clock };
}

const PAGE = { page: 1, limit: 100 };

describe('the audit log', () => {
  it('has a line for each record, the newest first, of one account', async () => {
    const { audit, db, clock } = await start();
    await db.write([audit.record(RECORD)]);
    clock.ms += 1;
    await db.write([audit.record({ ...RECORD, action: 'key.revoked', by: SYSTEM })]);
    await db.write([audit.record({ ...RECORD, accountId: 'acct_2' })]);
    const { items, total } = await audit.list('acct_1', {}, PAGE);
    assert.equal(total, 2);
    assert.deepEqual(
      items.map(({ action }) => action),
      ['key.revoked', 'key.created'],
    );
    assert.partialDeepStrictEqual(items[1], { ...RECORD, at: 1_000 });
  });

  it('is found by time, action, actor and object', async () => {
    const { audit, db, clock } = await start();
    for (const action of ['key.created', 'key.updated', 'key.revoked'] as const) {
      await db.write([audit.record({ ...RECORD, action, object: { type: 'key', id: action } })]);
      clock.ms += 1_000;
    }
    const found = async (filter: Parameters<Audit['list']>[1]) =>
      (await audit.list('acct_1', filter, PAGE)).items.map(({ action }) => action);
    assert.deepEqual(await found({ from: 2_000, to: 3_000 }), ['key.updated']);
    assert.deepEqual(await found({ action: 'key.revoked' }), ['key.revoked']);
    assert.deepEqual(await found({ objectId: 'key.created' }), ['key.created']);
    assert.equal((await found({ actorId: 'user_1' })).length, 3);
    assert.deepEqual(await found({ actorId: 'user_2' }), []);
  });

  it('cannot be changed or shortened through the database', async () => {
    const { audit, db } = await start();
    await db.write([audit.record(RECORD)]);
    const change = db.build.updateTable('audit_log').set({ actor_name: 'somebody else' });
    await assert.rejects(db.write([db.statement(change)]), DatabaseConflict);
    await assert.rejects(db.write([db.statement(db.build.deleteFrom('audit_log'))]), DatabaseConflict);
    const { items } = await audit.list('acct_1', {}, PAGE);
    assert.deepEqual(
      items.map(({ by }) => by.name),
      ['ada@example.com'],
    );
  });

  it('has no line of what was not done', async () => {
    const { audit, db } = await start();
    const refused = db.build.updateTable('accounts').set({ name: 'x' }).where('id', '=', 'acct_none');
    const result = await db.write([audit.record(RECORD), db.statement(refused, 'account exists')]);
    assert.equal(result.ok, false);
    assert.equal((await audit.list('acct_1', {}, PAGE)).total, 0);
  });

  it('is exported whole, however long', async () => {
    const { audit, db, clock } = await start();
    for (let i = 0; i < 25; i++) {
      const lines = Array.from({ length: 100 }, () => audit.record(RECORD));
      await db.write(lines);
      clock.ms += i % 2;
    }
    const ids = new Set<string>();
    for await (const entries of audit.export('acct_1', {})) for (const { id } of entries) ids.add(id);
    assert.equal(ids.size, 2_500);
  });
});
