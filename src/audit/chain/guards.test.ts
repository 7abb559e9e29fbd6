import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { AuditLogTable, Database } from '../../db/index.ts';
import { createIds } from '../../lib/ids.ts';
import { createSecretBox } from '../../lib/secrets.ts';
import { openTestDatabase } from '../../testing/test-database.ts';
import { checkAuditChain, createAudit, createAuditChain, createAuditCutter, SYSTEM } from '../index.ts';

const HOUR = 3_600_000;
const START = 1_600_000_000_000;

describe('what the database takes into the audit log', () => {
  const secrets = createSecretBox({ current: Buffer.alloc(32, 1) });
  let db: Database;
  let close: () => Promise<void>;
  let now = START;
  const clock = { now: () => now };
  const ids = createIds(clock.now);
  const log = { error: (problem: unknown) => assert.fail(String(problem)) };

  beforeEach(async () => {
    now = START;
    ({ db, close } = await openTestDatabase());
    const row = { tier: 'free', status: 'active', balance_nano_usd: 0n, held_nano_usd: 0n, created_at: 1 };
    await db.write([
      db.statement(db.build.insertInto('accounts').values({ id: 'acct_1', name: 'One', ...row })),
    ]);
    await write(5);
    await createAuditChain({ db, clock, secrets, log }).seal();
  });
  afterEach(async () => {
    const { problems } = await checkAuditChain(db, secrets);
    await close();
    assert.deepEqual(problems, []);
  });

  async function write(count: number): Promise<void> {
    const audit = createAudit({ db, clock, ids });
    for (let n = 0; n < count; n++) {
      now += HOUR;
      await db.write([audit.record({ accountId: 'acct_1', action: 'key.created', by: SYSTEM })]);
    }
  }
  /** As somebody does who can write to the database. */
  const put = (sql: string, ...params: readonly (string | number)[]) => db.write([{ sql, params }]);
  const lines = () => db.all(db.build.selectFrom('audit_log').selectAll().orderBy('id'));
  const insertLine = (row: AuditLogTable) =>
    db.write([db.statement(db.build.insertInto('audit_log').values(row))]);
  const links = () => db.all(db.build.selectFrom('audit_chain').selectAll().orderBy('seq'));
  const insertLink = (values: { seq: number; entry_id: string }) =>
    db.write([
      db.statement(db.build.insertInto('audit_chain').values({ account_id: 'acct_1', hash: 'x', ...values })),
    ]);

  it('is no line from before the last ones, unless clocks were set back', async () => {
    const [first] = await lines();
    assert.ok(first);
    await assert.rejects(insertLine({ ...first, id: `${first.id.slice(0, 14)}forged` }));
    now = Date.now() + 24 * HOUR;
    await write(1);
    await createAuditChain({ db, clock, secrets, log }).seal();
    now = Date.now();
    await write(1);
    await createAuditChain({ db, clock, secrets, log }).seal();
  });

  it('is no line in the place of another', async () => {
    const [first] = await lines();
    assert.ok(first);
    await assert.rejects(insertLine({ ...first, at: now, actor_name: 'nobody' }));
    if (db.dialect === 'sqlite') {
      const columns = Object.keys(first);
      const replace = `INSERT OR REPLACE INTO audit_log (${columns}) SELECT ${columns
        .map((column) => (column === 'actor_name' ? "'nobody'" : column))
        .join()} FROM audit_log WHERE id = ?`;
      await assert.rejects(put(replace, first.id));
    }
    assert.equal((await lines())[0]?.actor_name, first.actor_name);
  });

  it('is no place in a chain but the next one, of a line that is there and has none', async () => {
    const [first] = await lines();
    now += HOUR;
    await write(1);
    const last = (await lines()).at(-1);
    assert.ok(first && last);
    for (const forged of [
      { seq: 5, entry_id: last.id },
      { seq: 0, entry_id: last.id },
      { seq: 7, entry_id: last.id },
      { seq: 6, entry_id: first.id },
      { seq: 6, entry_id: 'audit_none' },
    ]) {
      await assert.rejects(insertLink(forged), JSON.stringify(forged));
    }
    if (db.dialect === 'sqlite') {
      const replace = `INSERT OR REPLACE INTO audit_chain (account_id, seq, entry_id, hash) VALUES ('acct_1', 2, ?, 'x')`;
      await assert.rejects(put(replace, last.id));
    }
    assert.equal((await links()).length, 5);
  });

  it('is no checkpoint for lines that are not there, and none for fewer than before', async () => {
    const cutter = createAuditCutter({ db, clock, secrets, log });
    const [first, second] = await links();
    assert.ok(first && second);
    const checkpoint = (seq: number, hash: string) =>
      put(`INSERT INTO audit_checkpoints VALUES ('acct_1', ${seq}, '${hash}', ${now}, ${now}, 'key', 'x')`);
    await assert.rejects(checkpoint(9, first.hash));
    await assert.rejects(checkpoint(2, first.hash));
    for await (const count of cutter.cut(START + 3 * HOUR + 1)) assert.equal(count, 3);
    if (db.dialect === 'sqlite') {
      for (const [seq, hash] of [
        [1, first.hash],
        [3, 'another'],
      ] as const) {
        await assert.rejects(
          put(
            `INSERT OR REPLACE INTO audit_checkpoints VALUES ('acct_1', ?, ?, ?, ?, 'key', 'x')`,
            seq,
            hash,
            now,
            now,
          ),
        );
      }
    }
    const insert = `INSERT INTO audit_log SELECT 'audit_again', account_id, ${START}, action, actor_kind, actor_id, actor_name,
      session_id, ip, request_id, object_type, object_id, details FROM audit_log LIMIT 1`;
    await assert.rejects(put(insert), 'a line that was taken off does not come back');
  });
});
