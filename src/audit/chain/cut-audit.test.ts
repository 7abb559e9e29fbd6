import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Database } from '../../db/index.ts';
import { createIds } from '../../lib/ids.ts';
import { createSecretBox } from '../../lib/secrets.ts';
import { openTestDatabase } from '../../testing/test-database.ts';
import {
  checkAuditChain,
  createAudit,
  createAuditChain,
  createAuditCutter,
  readCheckpointKeys,
  SYSTEM,
} from '../index.ts';

const KEY = Buffer.alloc(32, 1);
const NEXT_KEY = Buffer.alloc(32, 2);
const START = 1_800_000_000_000;

describe('what is past its time in the audit log', () => {
  const secrets = createSecretBox({ current: KEY });
  let db: Database;
  let close: () => Promise<void>;
  let now = START;
  const clock = { now: () => now };
  const ids = createIds(clock.now);
  /** What the operator was told. */
  let told: object[] = [];
  const log = { error: (fields: object) => void told.push(fields) };
  const cutter = (box = secrets) => createAuditCutter({ db, clock, secrets: box, log });
  const problems = async (box = secrets) => (await checkAuditChain(db, box)).problems;
  const left = async () => (await db.all(db.build.selectFrom('audit_log').select('id'))).length;

  beforeEach(async () => {
    now = START;
    told = [];
    ({ db, close } = await openTestDatabase());
    const row = { tier: 'free', status: 'active', balance_nano_usd: 0n, held_nano_usd: 0n, created_at: 1 };
    for (const id of ['acct_1', 'acct_2']) {
      await db.write([db.statement(db.build.insertInto('accounts').values({ id, name: id, ...row }))]);
    }
  });
  afterEach(() => close());

  /** A line a second of each account. */
  async function write(count: number): Promise<void> {
    const audit = createAudit({ db, clock, ids });
    for (let n = 0; n < count; n++) {
      now += 1_000;
      await db.write(
        ['acct_1', 'acct_2'].map((accountId) =>
          audit.record({ accountId, action: 'key.created', by: SYSTEM }),
        ),
      );
    }
    await seal({ error: (problem: unknown) => assert.fail(String(problem)) });
  }
  /** As after a start. */
  const seal = (by: { error(fields: object): void }) =>
    createAuditChain({ ...{ db, clock, secrets }, log: by }).seal();
  async function cutAll(before: number): Promise<number> {
    let count = 0;
    for await (const lines of cutter().cut(before)) count += lines;
    return count;
  }
  const checkpoints = () => db.all(db.build.selectFrom('audit_checkpoints').selectAll());
  const change = (values: Readonly<Record<string, string | number>>) =>
    db.write([
      db.statement(db.build.updateTable('audit_checkpoints').set(values).where('account_id', '=', 'acct_1')),
    ]);

  it('leaves a checkpoint from which the rest is proven, cut after cut, until nothing is left', async () => {
    await write(510);
    assert.equal(await cutAll(START + 505_500), 1_010);
    assert.equal(await left(), 10);
    assert.deepEqual(await problems(), []);
    assert.deepEqual(
      (await checkpoints()).map(({ seq, last_at }) => [seq, last_at]),
      [
        [505, START + 505_000],
        [505, START + 505_000],
      ],
    );
    assert.equal(await cutAll(START + 505_500), 0);
    assert.equal(await cutAll(now + 1), 10);
    assert.equal(await left(), 0);
    assert.deepEqual(await problems(), []);
    // The chain goes on where it was.
    await write(3);
    const seqs = await db.all(db.build.selectFrom('audit_chain').select('seq').orderBy('seq'));
    assert.deepEqual([...new Set(seqs.map(({ seq }) => seq))], [511, 512, 513]);
    assert.deepEqual(await problems(), []);
  });

  it('cannot be taken off without a checkpoint, nor a checkpoint be set back or deleted', async () => {
    await write(5);
    await cutAll(START + 3_000);
    const deletion = (table: 'audit_log' | 'audit_chain' | 'audit_checkpoints') =>
      db.write([db.statement(db.build.deleteFrom(table))]);
    for (const table of ['audit_log', 'audit_chain', 'audit_checkpoints'] as const) {
      await assert.rejects(deletion(table));
    }
    await assert.rejects(change({ seq: 1 }));
    await assert.rejects(change({ hash: 'another' }));
    await assert.rejects(change({ seq: 9 }), 'there is no such line');
    assert.deepEqual(await problems(), []);
  });

  it('is proven by the secret key alone: a checkpoint that was made by hand does not hold', async () => {
    await write(5);
    await cutAll(START + 3_000);
    const [kept] = await checkpoints();
    const [beyond] = await db.all(
      db.build.selectFrom('audit_chain').selectAll().where('account_id', '=', 'acct_1').where('seq', '=', 4),
    );
    // As somebody does who has the database: a line more is taken off, with its right hash.
    await change({ seq: 4, hash: beyond?.hash ?? '' });
    assert.deepEqual(await problems(), [
      'acct_1: the checkpoint of its first 4 lines was not made by this server, or was changed',
    ]);
    await assert.rejects(change({ ...kept, seq: 4 }), 'of another line');
    assert.equal((await problems()).length, 1);
    assert.match((await checkAuditChain(db, undefined)).problems.join(), /secret key .* is not here/);
  });

  const NTH = (n: number) => `(SELECT entry_id FROM audit_chain WHERE account_id = 'acct_1' AND seq = ${n})`;
  /** As somebody does who has the database, and takes its guards away first. */
  async function tamper(statements: readonly string[]): Promise<void> {
    const run = async (all: readonly string[]) => {
      for (const sql of all) await db.write([{ sql, params: [] }]);
    };
    const ofTables = (change: string) =>
      ['audit_log', 'audit_chain'].map((table) => `ALTER TABLE ${table} ${change} TRIGGER USER`);
    if (db.dialect === 'sqlite') {
      const names = ['audit_log_is_not_changed', 'audit_log_is_not_deleted', 'audit_chain_is_not_deleted'];
      await run(names.map((name) => `DROP TRIGGER ${name}`));
    } else await run(ofTables('DISABLE'));
    await run(statements);
    if (db.dialect === 'postgres') await run(ofTables('ENABLE'));
  }
  const FORGED = `INSERT INTO audit_checkpoints SELECT account_id, seq, hash, ${START}, ${START}, 'key', 'x'
    FROM audit_chain WHERE account_id = 'acct_1' AND seq = 4`;

  for (const [what, statements, problem] of [
    [
      'a line was set back behind its time',
      [`UPDATE audit_log SET at = ${START} WHERE id = ${NTH(4)}`],
      /line 4 .* was changed$/,
    ],
    [
      'the first line is gone',
      [`DELETE FROM audit_log WHERE id = ${NTH(1)}`],
      /line 1 .* is gone from the log$/,
    ],
    [
      'a line between is gone',
      [`DELETE FROM audit_log WHERE id = ${NTH(2)}`],
      /line 2 .* is gone from the log$/,
    ],
    [
      'a line between is gone with its link',
      [
        `DELETE FROM audit_log WHERE id = ${NTH(2)}`,
        "DELETE FROM audit_chain WHERE account_id = 'acct_1' AND seq = 2",
      ],
      /line 2 of the chain is gone$/,
    ],
    [
      'lines were taken off with a checkpoint made by hand',
      [
        FORGED,
        `DELETE FROM audit_log WHERE id IN (SELECT entry_id FROM audit_chain WHERE account_id = 'acct_1' AND seq <= 4)`,
        "DELETE FROM audit_chain WHERE account_id = 'acct_1' AND seq <= 4",
      ],
      /the checkpoint of its first 4 lines was signed with/,
    ],
  ] as const) {
    it(`is not taken off, and signed, where ${what}; the accounts beside it are`, async () => {
      await write(5);
      await tamper(statements);
      const lines = await left();
      const found = await problems();
      assert.match(found.join(), problem);
      assert.equal(await cutAll(now + 1), 5);
      assert.equal(await left(), lines - 5);
      assert.deepEqual(await problems(), found, 'it can still be seen');
      assert.deepEqual(
        told.map((fields) => Object.values(fields).join(': ')),
        found,
      );
    });
  }

  it('is not gone on from by the chain until its checkpoint holds', async () => {
    await write(3);
    await cutAll(now + 1);
    const [kept] = await checkpoints();
    await change({ signature: 'made by hand' });
    const chain = createAuditChain({ ...{ db, clock, secrets }, log });
    now += 1_000;
    const audit = createAudit({ db, clock, ids });
    const record = (accountId: string) => audit.record({ accountId, action: 'key.created', by: SYSTEM });
    await db.write(Array.from({ length: 250 }, () => record('acct_1')));
    await db.write([record('acct_2')]);
    for (let n = 0; n < 2; n++) await chain.seal();
    const chained = async () =>
      (await db.all(db.build.selectFrom('audit_chain').selectAll())).map(
        ({ account_id, seq }) => `${account_id} ${seq}`,
      );
    assert.deepEqual(await chained(), ['acct_2 4']);
    assert.deepEqual(told, [
      {
        accountId: 'acct_1',
        problem: 'the checkpoint of its first 3 lines was not made by this server, or was changed',
      },
    ]);
    now += 86_400_000;
    await change({ signature: kept?.signature ?? '' });
    await chain.seal();
    assert.equal((await chained()).length, 251);
    assert.deepEqual(await problems(), []);
  });

  it('stays proven when the secret key is replaced', async () => {
    await write(5);
    await cutAll(START + 3_000);
    const both = createSecretBox({ current: NEXT_KEY, previous: KEY });
    assert.deepEqual(await problems(both), []);
    await cutter(both).signAgain();
    const next = createSecretBox({ current: NEXT_KEY });
    const known = (await readCheckpointKeys(db, next)).map(({ keyId }) => keyId);
    assert.deepEqual(known.sort(), [secrets.keyId, next.keyId].sort(), 'what exports were signed with');
    assert.deepEqual(await readCheckpointKeys(db, secrets), [], 'a key that was replaced opens nothing');
    assert.deepEqual(await problems(createSecretBox({ current: NEXT_KEY })), []);
  });
});
