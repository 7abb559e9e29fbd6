import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ALONE, type Database, type Owner } from '../../db/index.ts';
import type { Item } from '../../models/index.ts';
import { manualTime } from '../../testing/manual-time.ts';
import { openTestDatabase } from '../../testing/test-database.ts';
import { until } from '../../testing/until.ts';
import { createRunStore } from '../run-store.ts';
import { type BegunTurn, createBegunTurns } from './begun-turns.ts';
import { createThreadStore } from './thread-store.ts';

const ACCOUNT = 'acct_1';
/** The latest; it is looked for every 250 ms. */
const SLOW_MS = 1_250;

describe('a question that is being answered', () => {
  let opened: Awaited<ReturnType<typeof openTestDatabase>>;
  let db: Database;
  before(async () => {
    opened = await openTestDatabase();
    db = opened.db;
    const account = { id: ACCOUNT, name: 'Mine', tier: 'enterprise', status: 'active', created_at: 0 };
    const money = { balance_nano_usd: 0n, held_nano_usd: 0n };
    await db.write([db.statement(db.build.insertInto('accounts').values({ ...account, ...money }))]);
  });
  after(() => opened.close());

  const time = manualTime();
  const threads = () => createThreadStore(db);
  const begunTurns = (owner: Owner = ALONE) =>
    createBegunTurns(db, { owner, timers: time.timers, threads: threads(), runs: createRunStore(db) });
  const kept = async () =>
    (await db.all(db.build.selectFrom('begun_turns').select('run_id'))).map((row) => row.run_id);

  /** Asked at `at`, in a conversation of its own unless it has a parent. */
  function begun(id: string, at: number, parentId?: string, conversationId = `conv_${id}`): BegunTurn {
    const input: Item[] = [
      { type: 'message', role: 'user', content: [{ type: 'text', text: `Question ${id}` }] },
    ];
    const whose = { conversationId, agentId: 'agent_1' };
    return {
      turn: {
        turn: { id, ...whose, parentId, status: 'failed', input, output: [], createdAt: at },
        ...{ runId: `run_${id}`, title: `Question ${id}`, endUser: undefined },
      },
      run: {
        ...{ id: `run_${id}`, accountId: ACCOUNT, kind: 'chat', ...whose, agentVersion: 1, model: 'm' },
        ...{ keyId: null, userId: null, turnId: id, status: 'failed' },
        ...{ errorCode: 'stopped', errorMessage: 'Stopped.', journal: '[]', startedAt: at, finishedAt: at },
      },
    };
  }

  it('is written down only when the answer takes longer than about a second, and goes with the answer', async () => {
    const quick = begunTurns().watch(() => begun('quick', 1));
    time.advance(SLOW_MS - 1);
    assert.deepEqual(await quick.end(), []);
    time.advance(SLOW_MS);
    assert.equal(time.pending, 0);
    const slow = begunTurns().watch(() => begun('slow', 1));
    time.advance(SLOW_MS);
    await until('it to be kept', kept, (runs) => runs.length > 0);
    assert.deepEqual(await kept(), ['run_slow']);
    assert.equal(await threads().findConversation(ACCOUNT, 'conv_slow'), undefined, 'nobody sees it yet');
    await db.write(await slow.end());
    assert.deepEqual(await kept(), []);
    assert.equal(await begunTurns().recover(), 0);
  });

  it('is written down together with others that are due, and by no later one of them', async ({ mock }) => {
    const turns = begunTurns();
    const watch = (count: number, name: string) =>
      Array.from({ length: count }, (_, n) => turns.watch(() => begun(`${name}_${n}`, 1)));
    const old = watch(60, 'old');
    time.advance(SLOW_MS / 2);
    const young = watch(60, 'young');
    const write = mock.method(db, 'write');
    time.advance(SLOW_MS / 2);
    time.advance(0);
    assert.equal(write.mock.callCount(), 60);
    assert.equal(time.pending, 1, 'one timer looks after all of them');
    const forget = (await Promise.all([...old, ...young].map((turn) => turn.end()))).flat();
    assert.equal((await kept()).length, 60);
    await db.write(forget);
    assert.deepEqual(await kept(), []);
    time.advance(SLOW_MS);
    assert.equal(time.pending, 0);
  });

  it('is forgotten after it has been written down, where the answer comes while that is being done', async ({
    mock,
  }) => {
    const watched = begunTurns().watch(() => begun('overtaken', 2));
    const gate = Promise.withResolvers<void>();
    const write = db.write.bind(db);
    mock.method(db, 'write', (...batch: Parameters<Database['write']>) =>
      gate.promise.then(() => write(...batch)),
    );
    time.advance(SLOW_MS);
    mock.restoreAll();
    const forgotten = watched.end().then((statements) => db.write(statements));
    gate.resolve();
    await forgotten;
    assert.deepEqual(await kept(), []);
  });

  it('is a failed turn of its conversation once its process has died, and only once', async () => {
    begunTurns().watch(() => begun('first', 5));
    time.advance(SLOW_MS);
    await until('it to be kept', kept, (runs) => runs.length > 0);
    assert.deepEqual(await Promise.all([begunTurns().recover(), begunTurns().recover()]).then(sum), 1);
    const conversation = await threads().findConversation(ACCOUNT, 'conv_first');
    assert.deepEqual(
      [conversation?.title, conversation?.newestTurnId, conversation?.turnCount],
      ['Question first', 'first', 1],
    );
    const [turn] = await threads().path(ACCOUNT, 'first');
    assert.deepEqual([turn?.status, turn?.output], ['failed', []]);
    assert.match(JSON.stringify(turn?.input), /Question first/);
    const run = await createRunStore(db).findRun(ACCOUNT, 'run_first');
    assert.deepEqual([run?.status, run?.errorCode, run?.turnId], ['failed', 'stopped', 'first']);
  });

  it('is a branch where others have gone on in its conversation, which continues from what was asked last', async () => {
    const late = begun('late', 20, 'first', 'conv_first');
    begunTurns().watch(() => begun('early', 10, 'first', 'conv_first'));
    time.advance(SLOW_MS);
    await until('it to be kept', kept, (runs) => runs.length > 0);
    await db.write(threads().saveTurn(ACCOUNT, late.turn));
    assert.equal(await begunTurns().recover(), 1);
    const conversation = await threads().findConversation(ACCOUNT, 'conv_first');
    assert.deepEqual(
      [conversation?.newestTurnId, conversation?.turnCount, conversation?.updatedAt],
      ['late', 3, 20],
    );
  });

  it('stays gone where its conversation was deleted meanwhile', async () => {
    begunTurns().watch(() => begun('orphan', 30, 'not-there', 'conv_gone'));
    time.advance(SLOW_MS);
    await until('it to be kept', kept, (runs) => runs.length > 0);
    assert.equal(await begunTurns().recover(), 1);
    assert.equal(await threads().findConversation(ACCOUNT, 'conv_gone'), undefined);
    assert.equal(await threads().findTurn(ACCOUNT, 'orphan'), undefined);
  });

  it('is forgotten where its answer has been kept all the same', async () => {
    const answered = begun('answered', 50);
    begunTurns().watch(() => answered);
    time.advance(SLOW_MS);
    await until('it to be kept', kept, (runs) => runs.length > 0);
    const [turn, run] = [
      { ...answered.turn, turn: { ...answered.turn.turn, status: 'completed' as const } },
      { ...answered.run, status: 'completed' as const },
    ];
    await db.write([...threads().saveTurn(ACCOUNT, turn), createRunStore(db).saveRun(run)]);
    assert.equal(await begunTurns().recover(), 0);
    assert.deepEqual(await kept(), []);
    assert.equal((await threads().findTurn(ACCOUNT, 'answered'))?.status, 'completed');
  });

  it('is left to its process while that is alive', async () => {
    const ofFirst = { id: 'process_1', isAlone: false };
    const ofSecond = { id: 'process_2', isAlone: false };
    const { build } = db;
    await db.write(
      [ofFirst, ofSecond].map(({ id }) =>
        db.statement(build.insertInto('processes').values({ id, seen_at: 0 })),
      ),
    );
    begunTurns(ofFirst).watch(() => begun('shared', 40));
    time.advance(SLOW_MS);
    await until('it to be kept', kept, (runs) => runs.length > 0);
    assert.equal(await begunTurns(ofSecond).recover(), 0);
    await db.write([db.statement(build.deleteFrom('processes').where('id', '=', ofFirst.id))]);
    assert.equal(await begunTurns(ofSecond).recover(), 1);
    assert.equal((await threads().findTurn(ACCOUNT, 'shared'))?.status, 'failed');
  });
});

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
