import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import { middayClock, TODAY } from '../../src/testing/midday-clock.ts';
import { at, type Person, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { assertInvalid } from './replies.ts';

const WRITER = { role: 'Writer', goal: 'Write', model: 'sandbox' };
const FORMULA = '=HYPERLINK("http://evil.example","x")';

describe('the usage log', () => {
  let test: TestApp;
  let person: Person;

  /** Rows as runs write them. */
  const record = async (rows: number, fields: { model?: string; keyId?: string; agentId?: string } = {}) => {
    const { billing, db } = test.app;
    const { model = 'sandbox', keyId = null, agentId = 'agent_a' } = fields;
    const subject = {
      accountId: person.accountId,
      source: keyId === null ? ('user' as const) : ('key' as const),
      keyId,
      userId: keyId === null ? person.userId : null,
      agentId,
      agentVersion: 1,
      model,
    };
    const increment = {
      inputTokens: 10,
      cachedTokens: 2,
      outputTokens: 5,
      reasoningTokens: 1,
      estimated: false,
      toolCostNanoUsd: 1n,
      costNanoUsd: 1_000_000_001n,
    };
    await db.write(
      Array.from({ length: rows }, () =>
        billing.recordUsage({ ...subject, runId: `run_${crypto.randomUUID()}` }, increment),
      ),
    );
  };
  const get = (query = '', headers = {}) => person.call('GET', `/usage${query}`, undefined, headers);
  const total = async (query: string) => at((await get(query)).body, 'total');

  before(async () => {
    test = await startTestApp({}, { clock: middayClock() });
    person = await test.addAccount();
    await record(2);
    await record(3, { keyId: 'key_k', model: 'openai/gpt-x', agentId: 'agent_b' });
    await record(1, { model: FORMULA });
  });
  after(() => test.close());

  it('has a line a run, exact to the nano-dollar', async () => {
    const reply = await get('?model=sandbox&limit=1');
    assert.equal(at(reply.body, 'total'), 2);
    assert.partialDeepStrictEqual(at(reply.body, 'usage.0'), {
      source: 'user',
      key_id: null,
      user_id: person.userId,
      agent_id: 'agent_a',
      agent_version: 1,
      model: 'sandbox',
      input_tokens: 10,
      cached_tokens: 2,
      output_tokens: 5,
      reasoning_tokens: 1,
      estimated: false,
      tool_cost_usd: 1e-9,
      cost_usd: 1.000000001,
    });
    assert.match(reply.field('usage.0.time'), /Z$/);
  });

  it('is filtered by agent, key, model, source and time', async () => {
    assert.equal(await total('?agent_id=agent_b'), 3);
    assert.equal(await total('?key_id=key_k'), 3);
    assert.equal(await total('?model=openai%2Fgpt-x'), 3);
    assert.equal(await total('?source=user'), 3);
    assert.equal(await total('?source=key&agent_id=agent_a'), 0);
    assert.equal(await total(`?from=${TODAY}&to=${TODAY}`), 6);
    assert.equal(await total('?to=2020-01-01'), 0);
    assert.equal(await total('?from=2099-01-01T00:00:00%2B02:00'), 0);
  });

  it('a wrong filter is named', async () => {
    assertInvalid(await get('?from=yesterday'), 'from');
    assertInvalid(await get('?to=2026-02-30'), 'to');
    assertInvalid(await get('?from=2026-01-01T10:00'), 'from');
    assertInvalid(await get('?source=robot'), 'source');
    assertInvalid(await person.call('GET', '/usage/summary?page=1'), 'page');
    assertInvalid(await person.call('GET', '/usage/summary?to=x'), 'to');
  });

  it('is summed up by day, agent, key and model, and each breakdown adds up to the whole', async () => {
    const reply = await person.call('GET', '/usage/summary');
    assert.equal(reply.status, 200, reply.text);
    assert.partialDeepStrictEqual(at(reply.body, 'totals'), {
      runs: 6,
      input_tokens: 60,
      output_tokens: 30,
      tool_cost_usd: 6e-9,
      cost_usd: 6.000000006,
    });
    for (const name of ['by_day', 'by_agent', 'by_key', 'by_model']) {
      const groups = at(reply.body, name);
      assert.ok(Array.isArray(groups), name);
      assert.equal(
        groups.reduce((sum, group) => sum + Number(at(group, 'runs')), 0),
        6,
        name,
      );
    }
    assert.equal(reply.field('by_agent.0.agent_id').startsWith('agent_'), true);
    assert.deepEqual(
      [at(reply.body, 'by_key.0.key_id'), at(reply.body, 'by_key.1.key_id')].sort(),
      ['key_k', null].sort(),
    );
    const filtered = await person.call('GET', '/usage/summary?source=key');
    assert.equal(at(filtered.body, 'totals.runs'), 3);
  });

  it('comes as CSV with every line that matches, in which no text is a formula', async () => {
    await record(2_500, { agentId: 'agent_many' });
    const reply = await get('?limit=1', { accept: 'text/csv' });
    assert.equal(reply.status, 200);
    assert.match(reply.headers.get('content-type') ?? '', /^text\/csv/);
    assert.match(reply.headers.get('content-disposition') ?? '', /attachment; filename="usage\.csv"/);
    const rows: unknown = parse(reply.text, { columns: true });
    assert.ok(Array.isArray(rows));
    assert.equal(rows.length, 2_506);
    assert.equal(new Set(rows.map((row) => at(row, 'run_id'))).size, 2_506);
    const cost = rows.reduce((sum, row) => sum + BigInt(String(at(row, 'cost_usd')).replace('.', '')), 0n);
    assert.equal(cost, 2_506n * 1_000_000_001n);
    const models = new Set(rows.map((row) => at(row, 'model')));
    assert.ok(models.has(`'${FORMULA}`));
    assert.ok(!models.has(FORMULA));
    const some = await get('?agent_id=agent_b', { accept: 'text/csv, */*;q=0.1' });
    assert.equal(some.text.trimEnd().split('\r\n').length, 4);
    const json = await get('', { accept: 'application/json' });
    assert.match(json.headers.get('content-type') ?? '', /^application\/json/);
  });

  it('names the account’s own agents, crews and keys as they are now, and what is gone as it was', async () => {
    const agentId = await test.createAgent(person, { name: 'Shop help' });
    const gone = await test.createAgent(person, { name: 'Gone' });
    const crew = await person.call('POST', '/crews', { name: 'Desk', agents: [WRITER] });
    const key = await test.createKey(person, { name: 'Web' });
    const revoked = await test.createKey(person, { name: 'Leaked' });
    const theirs = await test.createAgent(await test.addAccount(), { name: 'Not yours' });
    await record(1, { agentId, keyId: key.id, model: 'named' });
    await record(1, { agentId: crew.field('id'), model: 'named' });
    await record(1, { agentId: theirs, keyId: 'key_gone', model: 'named' });
    await record(1, { agentId: gone, keyId: revoked.id, model: 'named' });
    await person.call('PATCH', `/agent-keys/${key.id}`, { name: 'Website' });
    await person.call('DELETE', `/agents/${gone}`);
    await person.call('DELETE', `/agent-keys/${revoked.id}`);
    const rows = at((await get('?model=named')).body, 'usage');
    const parts = (await person.call('GET', '/usage/summary?model=named')).body;
    const csv = await get('?model=named', { accept: 'text/csv' });
    const namesIn = (list: unknown, name: string) => {
      assert.ok(Array.isArray(list));
      return list.map((row) => String(at(row, name) ?? '')).sort();
    };
    const lines: unknown = parse(csv.text, { columns: true });
    for (const list of [rows, at(parts, 'by_agent'), lines])
      assert.deepEqual(namesIn(list, 'agent_name'), ['', 'Desk', 'Gone', 'Shop help']);
    for (const list of [rows, at(parts, 'by_key'), lines])
      assert.deepEqual(namesIn(list, 'key_name'), ['', '', 'Leaked', 'Website']);
    const goneIn = (list: unknown, mark: string, id: string) => {
      assert.ok(Array.isArray(list));
      return list
        .filter((row) => String(at(row, mark)) === 'true')
        .map((row) => at(row, id))
        .sort();
    };
    for (const list of [rows, at(parts, 'by_agent'), lines])
      assert.deepEqual(goneIn(list, 'agent_deleted', 'agent_id'), [gone, theirs].sort());
    for (const list of [rows, at(parts, 'by_key'), lines])
      assert.deepEqual(goneIn(list, 'key_revoked', 'key_id'), ['key_gone', revoked.id].sort());
    const ofOwn = at((await get(`?model=named&agent_id=${agentId}`)).body, 'usage.0');
    assert.partialDeepStrictEqual(ofOwn, { agent_name: 'Shop help', key_name: 'Website', key_id: key.id });
    const ofCrew = at((await get(`?model=named&agent_id=${crew.field('id')}`)).body, 'usage.0');
    assert.partialDeepStrictEqual(ofCrew, { agent_name: 'Desk', key_name: null, key_id: null });
    assert.match(csv.text, /^time,run_id,.*,cost_usd,agent_name,key_name,agent_deleted,key_revoked\r\n/);
  });
});
