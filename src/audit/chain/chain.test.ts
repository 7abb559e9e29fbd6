import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Database, openSqliteDatabase } from '../../db/index.ts';
import { createIds } from '../../lib/ids.ts';
import { createSecretBox } from '../../lib/secrets.ts';
import { manualTime } from '../../testing/manual-time.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import { until } from '../../testing/until.ts';
import { checkAuditChain, createAudit, createAuditChain, SYSTEM } from '../index.ts';

const START = 1_700_000_000_000;
const DAY = 86_400_000;
const ACCOUNTS = ['acct_1', 'acct_2'];

describe('the chain of the audit log', () => {
  let folder: ReturnType<typeof tempFolder>;
  let db: Database;
  let now = 0;
  const clock = { now: () => now };
  const secrets = createSecretBox({ current: Buffer.alloc(32, 1) });
  const log = { error: (problem: unknown) => assert.fail(String(problem)) };
  beforeEach(async () => {
    folder = tempFolder();
    now = START;
    db = await openSqliteDatabase(join(folder.path, 'muster.db'));
  });
  afterEach(async () => {
    await db.close();
    folder.remove();
  });

  const ids = createIds(() => now);
  const open = () => createAuditChain({ db, clock, secrets, log });
  const write = async (count: number): Promise<void> => {
    const audit = createAudit({ db, clock, ids });
    for (let n = 0; n < count; n++) {
      now += 1_000;
      const by = SYSTEM;
      await db.write(ACCOUNTS.map((accountId) => audit.record({ accountId, action: 'key.created', by })));
    }
  };
  /** As somebody does who has the file, and takes the triggers away first. */
  const tamper = (sql: string): void => {
    const file = new DatabaseSync(join(folder.path, 'muster.db'));
    const triggers = file.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all();
    for (const { name } of triggers) file.exec(`DROP TRIGGER ${String(name)}`);
    file.exec(sql);
    file.close();
  };
  const NTH = (n: number) => `(SELECT entry_id FROM audit_chain WHERE account_id = 'acct_1' AND seq = ${n})`;

  it('has every line once, in whatever process and however late it is made', async () => {
    await write(3);
    await open().seal();
    await write(300);
    await Promise.all([open().seal(), open().seal()].map((sealed) => sealed.catch(() => undefined)));
    await open().close();
    assert.deepEqual(await checkAuditChain(db, undefined), {
      name: 'The audit log of each account is as it was written',
      count: 606,
      problems: [],
    });
  });

  it('has a line also that is written later than it was looked for, and one that comes during a look', async () => {
    const time = manualTime(now);
    const chain = createAuditChain({ db, clock, secrets, log, timers: time.timers });
    const linked = async () =>
      (await db.all(db.build.selectFrom('audit_chain').select('seq'))).length / ACCOUNTS.length;
    chain.wake();
    time.advance(500);
    await until('the next look', () => time.pending === 1);
    assert.equal(await linked(), 0);
    await write(1);
    time.advance(1_000);
    await until('the line', linked, (count) => count === 1);
    const looking = chain.seal();
    await write(1);
    await Promise.all([looking, chain.seal()]);
    assert.equal(await linked(), 2);
    await chain.close();
    assert.equal(time.pending, 0);
  });

  it('is looked for a few times, not for ever', async () => {
    const time = manualTime(now);
    const chain = createAuditChain({ db, clock, secrets, log, timers: time.timers });
    chain.wake();
    for (let looks = 0; time.pending > 0; looks++) {
      assert.ok(looks < 10);
      time.advance(128_000);
      await nextTurn();
    }
    await chain.close();
  });

  for (const [what, sql, found] of [
    ['changed', `UPDATE audit_log SET actor_name = 'nobody' WHERE id = ${NTH(2)}`, /line 2 .* was changed/],
    ['taken away', `DELETE FROM audit_log WHERE id = ${NTH(2)}`, /line 2 .* is gone from the log/],
    [
      'taken away with its link',
      `DELETE FROM audit_log WHERE id = ${NTH(2)}; DELETE FROM audit_chain WHERE account_id = 'acct_1' AND seq = 2`,
      /line 2 of the chain is gone/,
    ],
  ] as const) {
    it(`shows a line that was ${what}, and clears the accounts beside it`, async () => {
      await write(4);
      await open().seal();
      tamper(sql);
      const { problems } = await checkAuditChain(db, undefined);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', found);
      assert.match(problems[0] ?? '', /^acct_1/);
    });
  }

  it('shows a line that was put beside it, with a time from before', async () => {
    await write(4);
    await open().seal();
    tamper('DELETE FROM audit_log WHERE false');
    now += DAY;
    await write(1);
    await open().seal();
    const audit = createAudit({ db, clock: { now: () => START + 1 }, ids: createIds(() => START + 1) });
    await db.write([audit.record({ accountId: 'acct_1', action: 'key.created', by: SYSTEM })]);
    await open().seal();
    const { problems } = await checkAuditChain(db, undefined);
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /^acct_1: audit_\w+ is not in the chain/);
  });

  it('goes on when a clock that was wrong has been set back', async () => {
    const chain = open();
    now = Date.now() + 365 * DAY;
    await write(2);
    await chain.seal();
    now = Date.now();
    await write(2);
    await chain.seal();
    await chain.close();
    assert.deepEqual(await checkAuditChain(db, undefined), {
      name: 'The audit log of each account is as it was written',
      count: 8,
      problems: [],
    });
  });

  it('cannot be changed through the database', async () => {
    await write(1);
    await open().seal();
    const change = db.build.updateTable('audit_chain').set({ hash: 'x' });
    await assert.rejects(db.write([db.statement(change)]));
    await assert.rejects(db.write([db.statement(db.build.deleteFrom('audit_chain'))]));
  });
});
