import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createAgents } from '../agents/index.ts';
import { createIds } from '../lib/ids.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import { createCrews } from './create-crews.ts';

const ACCOUNT = 'acct_a';

async function openCrews() {
  const { db, close } = await openTestDatabase();
  await db.write([
    db.statement(
      db.build.insertInto('accounts').values({
        ...{ id: ACCOUNT, name: 'a', tier: 'enterprise', status: 'active', created_at: 1 },
        ...{ balance_nano_usd: 0n, held_nano_usd: 0n },
      }),
    ),
  ]);
  const clock = { now: () => 1_000 };
  const ids = createIds(clock.now);
  const agents = createAgents({
    ...{ db, clock, ids, modelExists: () => true, modelNames: () => ['sandbox'] },
    ...{ toolExists: async () => true, toolNames: async () => [], crewExists: async () => true },
  });
  const catalogue = { modelExists: () => true, modelIsCallable: () => true, toolExists: () => true };
  const crewsWith = (own: typeof agents) =>
    createCrews({ db, clock, ids, agents: own, catalogue, alongDeletion: () => [] });
  return { db, close, agents, crews: crewsWith(agents), crewsWith };
}

const agent = (role: string) => ({ role, goal: 'g', model: 'sandbox' });

describe('saving a crew', () => {
  it('what an older Muster stored as a schema is taken again, in one task and in all of them', async () => {
    const { db, close, crews } = await openCrews();
    const tasks = [{ description: 'a', outputSchema: { properties: { a: { pattern: 'x' } } } }];
    const { crew } = await crews.createCrew(ACCOUNT, { name: 'c', agents: [agent('A')], tasks }, undefined);
    const [made] = (await crews.getCrew(ACCOUNT, crew.id)).tasks;
    assert.ok(made);
    const config = JSON.stringify({
      description: 'a',
      outputSchema: { properties: { a: { pattern: '(' } } },
    });
    await db.write([
      db.statement(
        db.build
          .updateTable('tasks')
          .set({ config })
          .where('account_id', '=', ACCOUNT)
          .where('id', '=', made.id),
      ),
    ]);
    const same = { id: made.id, outputSchema: { properties: { a: { pattern: '(' } } } };
    await crews.updateCrew(ACCOUNT, crew.id, { tasks: [same] }, {});
    await crews.updateTask(ACCOUNT, made.id, { ...same, description: 'b' });
    const other = { ...same, outputSchema: { properties: { b: { pattern: '(' } } } };
    await assert.rejects(crews.updateTask(ACCOUNT, made.id, other), { code: 'validation_error' });
    await close();
  });

  it('an agent that is deleted while it is left out of its crew is out of it, and the save goes through', async () => {
    const { close, agents, crews, crewsWith } = await openCrews();
    const input = { name: 'c', agents: [agent('A'), agent('B')] };
    const { crew, agents: before } = await crews.createCrew(ACCOUNT, input, undefined);
    const [kept, left] = before.map(({ id }) => id);
    assert.ok(kept !== undefined && left !== undefined);
    const racing = crewsWith({
      ...agents,
      async prepareUpdate(accountId, agentId, ...rest) {
        if (agentId === left) await agents.deleteAgent(accountId, agentId);
        return agents.prepareUpdate(accountId, agentId, ...rest);
      },
    });
    await racing.updateCrew(ACCOUNT, crew.id, { name: 'd', agents: [{ id: kept }] }, {});
    const after = await crews.getCrew(ACCOUNT, crew.id);
    assert.deepEqual([after.crew.name, after.agents.map(({ id }) => id)], ['d', [kept]]);
    await close();
  });

  it('a crew can be read while an agent of it is deleted', async () => {
    const { close, agents, crews, crewsWith } = await openCrews();
    const { crew, agents: before } = await crews.createCrew(
      ACCOUNT,
      { name: 'c', agents: [agent('A'), agent('B')] },
      undefined,
    );
    const [kept, gone] = before.map(({ id }) => id);
    assert.ok(gone !== undefined);
    const racing = crewsWith({
      ...agents,
      async listAgents(...asked) {
        const listed = await agents.listAgents(...asked);
        await agents.deleteAgent(ACCOUNT, gone);
        return listed;
      },
    });
    assert.deepEqual(
      (await racing.getCrew(ACCOUNT, crew.id)).agents.map(({ id }) => id),
      [kept],
    );
    await close();
  });

  it('no task is made in, or moved to, a crew that is deleted while that is done', async ({ mock }) => {
    const { db, close, crews } = await openCrews();
    const free = await crews.createTask(ACCOUNT, { description: 'a' });
    const ways: ((crewId: string) => Promise<unknown>)[] = [
      (crewId) => crews.createTask(ACCOUNT, { description: 'b', crewId }),
      (crewId) => crews.updateTask(ACCOUNT, free.id, { crewId }),
    ];
    for (const way of ways) {
      const { crew } = await crews.createCrew(ACCOUNT, { name: 'c', agents: [agent('A')] }, undefined);
      const first: typeof db.first = db.first.bind(db);
      const racing: typeof first = async (query) => {
        const row = await first(query);
        if (query.compile().parameters.includes(crew.id)) {
          reads.mock.restore();
          await crews.deleteCrew(ACCOUNT, crew.id);
        }
        return row;
      };
      const reads = mock.method(db, 'first', racing);
      await assert.rejects(way(crew.id), { code: 'validation_error' });
      const { items } = await crews.listTasks(ACCOUNT, { page: 1, limit: 10 }, { crewId: crew.id });
      assert.deepEqual(items, []);
    }
    await close();
  });
});
