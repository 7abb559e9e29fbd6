import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Database } from '../../db/index.ts';
import { createIds } from '../../lib/ids.ts';
import { createSecretBox } from '../../lib/secrets.ts';
import { openTestDatabase } from '../../testing/test-database.ts';
import { checkAuditChain, createAudit, createAuditChain, createAuditCutter, SYSTEM } from '../index.ts';

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
  const cutter = (box = secrets) => createAuditCutter({ db, clock, secrets: box });
  const problems = async (box = secrets) => (await checkAuditChain(db, box)).problems;
  const left = async () => (await db.all(db.build.selectFrom('audit_log').select('id'))).length;

  beforeEach(async () => {
    now = START;
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
    await createAuditChain({
      ...{ db, clock },
      log: { error: (problem: unknown) => assert.fail(String(problem)) },
    }).seal();
  }
  async function cutAll(before: number): Promise<number> {
    let count = 0;
    for (let lines = -1; lines !== 0; count += Math.max(0, lines)) lines = await cutter().cut(before);
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
    await change({ ...kept, seq: 4 });
    assert.equal((await problems()).length, 1);
    assert.match((await checkAuditChain(db, undefined)).problems.join(), /secret key .* is not here/);
  });

  it('stays proven when the secret key is replaced', async () => {
    await write(5);
    await cutAll(START + 3_000);
    const both = createSecretBox({ current: NEXT_KEY, previous: KEY });
    assert.deepEqual(await problems(both), []);
    await cutter(both).signAgain();
    assert.deepEqual(await problems(createSecretBox({ current: NEXT_KEY })), []);
  });
});
