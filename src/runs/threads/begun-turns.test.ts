import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ALONE, type Database } from '../../db/index.ts';
import { openTestDatabase } from '../../testing/test-database.ts';
import { createRunStore } from '../run-store.ts';
import { type BegunTurn, createBegunTurns } from './begun-turns.ts';
import { createThreadStore } from './thread-store.ts';

/** As much of a turn as its row is made of. */
function begunTurn(id: string): BegunTurn {
  return {
    turn: { turn: { conversationId: `conv_of_${id}` } },
    run: { id, accountId: 'acct_1' },
  } as unknown as BegunTurn;
}

it('turns that last are kept together, a second after they began, and forgotten with their answers', async (t) => {
  const opened = await openTestDatabase();
  t.after(() => opened.close());
  const { db } = opened;
  const rounds: string[] = [];
  const counted: Database = Object.create(db, {
    write: {
      value: (...args: Parameters<Database['write']>) => {
        rounds.push('write');
        return db.write(...args);
      },
    },
  });
  const waits: { readonly ms: number; readonly callback: () => void }[] = [];
  const begun = createBegunTurns(counted, {
    owner: ALONE,
    timers: {
      after(ms, callback) {
        waits.push({ ms, callback });
        return () => undefined;
      },
    },
    threads: createThreadStore(db),
    runs: createRunStore(db),
  });
  /** The next look: how long it was waited for, and how many turns it wrote. */
  const look = (): [ms: number, written: number] => {
    const next = waits.shift();
    assert.ok(next);
    const before = rounds.length;
    next.callback();
    return [next.ms, rounds.length - before];
  };

  const brief = begun.watch(() => begunTurn('run_brief'));
  const lasting = Array.from({ length: 60 }, (_, n) => begun.watch(() => begunTurn(`run_${n}`)));
  for (let elapsed = 0; elapsed < 1_000; elapsed += 250) assert.deepEqual(look(), [250, 0]);
  assert.deepEqual(await brief.end(), []);
  const late = begun.watch(() => begunTurn('run_late'));
  assert.deepEqual(look(), [250, 50]);
  assert.deepEqual(look(), [0, 10]);
  assert.equal(waits.length, 1, 'one timer looks after all of them');

  const forget = (await Promise.all(lasting.map((turn) => turn.end()))).flat();
  assert.equal(forget.length, 60);
  const rows = () => db.all(db.build.selectFrom('begun_turns').select('run_id'));
  assert.equal((await rows()).length, 60);
  await db.write(forget);
  assert.deepEqual(await rows(), []);
  assert.deepEqual(await late.end(), []);
  look();
  assert.equal(waits.length, 0, 'nobody is looked after any more');
});
