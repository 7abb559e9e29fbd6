import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { openTestDatabase } from '../testing/test-database.ts';
import { eraseInPieces } from './erase-in-pieces.ts';

const RUNS = 3_000;

describe('erasing in pieces', async () => {
  const { db, close } = await openTestDatabase();
  after(close);

  it('takes all runs of one account and none of another, in batches that follow how long they take', async () => {
    const account = {
      tier: 'free',
      status: 'active',
      balance_nano_usd: 0n,
      held_nano_usd: 0n,
      created_at: 1,
    };
    const run = {
      kind: 'chat',
      agent_id: 'agent_1',
      agent_version: 1,
      model: 'm',
      status: 'completed',
      journal: '[]',
    };
    for (const id of ['acct_1', 'acct_2']) {
      await db.write([db.statement(db.build.insertInto('accounts').values({ ...account, id, name: id }))]);
      for (let from = 0; from < RUNS; from += 100) {
        const rows = Array.from({ length: 100 }, (_, index) => ({
          ...{ ...run, id: `run_${id}_${from + index}`, account_id: id, started_at: 1, finished_at: 2 },
        }));
        await db.write([db.statement(db.build.insertInto('runs').values(rows))]);
      }
    }
    const sizes: number[] = [];
    const write = db.write.bind(db);
    db.write = async (...args) => {
      const result = await write(...args);
      sizes.push(result.ok ? (result.changes[0] ?? 0) : 0);
      const until = performance.now() + (sizes.length > 4 ? 40 : 0);
      while (performance.now() < until);
      return result;
    };
    await eraseInPieces(db, 'acct_1', { isOpen: () => sizes.length < 8, isThorough: true });
    db.write = write;
    assert.ok(Math.max(...sizes) <= 512, sizes.join());
    assert.ok((sizes[7] ?? 0) < (sizes[4] ?? 0), sizes.join());
    await eraseInPieces(db, 'acct_1', { isOpen: () => true, isThorough: true });
    const left = await db.all(db.build.selectFrom('runs').select('account_id'));
    assert.equal(left.length, RUNS);
    assert.ok(left.every(({ account_id }) => account_id === 'acct_2'));
  });
});
