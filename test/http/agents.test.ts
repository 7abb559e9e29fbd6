import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { middayClock, TODAY } from '../../src/testing/midday-clock.ts';
import { at, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { addDocument, createCrew } from './objects.ts';
import { assertError, assertInvalid } from './replies.ts';

describe('agents', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp({}, { clock: middayClock() });
  });
  after(() => test.close());

  it('one made from role, goal and backstory is named by its role and says what it is', async () => {
    const made = await test.owner.call('POST', '/agents', {
      role: 'Data Analyst',
      goal: 'Analyze metrics',
      backstory: 'Expert analyst with 10 years of experience',
      model: 'sandbox',
      tools: ['web_search', 'calculator'],
    });
    assert.equal(made.status, 201, made.text);
    assert.equal(made.field('status'), 'created');
    assert.equal(at(made.body, 'version'), 1);
    const agent = await test.owner.call('GET', `/agents/${made.field('id')}`);
    assert.partialDeepStrictEqual(agent.body, {
      name: 'Data Analyst',
      role: 'Data Analyst',
      goal: 'Analyze metrics',
      model: 'sandbox',
      tools: ['web_search', 'calculator'],
      knowledge: { mode: 'tool', limit: 5 },
      crew_id: null,
      max_cost_usd: null,
      status: 'ready',
      version: 1,
    });
    assert.match(agent.field('created_at'), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.equal(agent.headers.get('etag'), '"1"');
  });

  it('keeps every field that it is given, wherever its parameters stand', async () => {
    const fields = {
      name: 'Whole',
      description: 'All of it',
      instructions: 'Be whole.',
      role: 'r',
      goal: 'g',
      backstory: 'b',
      model: 'sandbox',
      tools: ['calculator'],
      knowledge: { mode: 'always', limit: 3 },
      max_steps: 4,
      max_cost_usd: 0.25,
      metadata: { team: 'support' },
    };
    const parameters = {
      temperature: 0.5,
      top_p: 0.9,
      max_output_tokens: 100,
      reasoning_effort: 'low',
      stop: ['END'],
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
      seed: 7,
    };
    const inside = await test.createAgent(test.owner, { ...fields, parameters });
    const { presence_penalty, frequency_penalty, seed, ...common } = parameters;
    const beside = await test.createAgent(test.owner, {
      ...fields,
      ...common,
      stop: 'END',
      parameters: { presence_penalty, frequency_penalty, seed },
    });
    for (const id of [inside, beside]) {
      const agent = await test.owner.call('GET', `/agents/${id}`);
      assert.partialDeepStrictEqual(agent.body, { ...fields, parameters });
    }
  });

  it('a wrong field is named, and nothing is made', async () => {
    const before = at((await test.owner.call('GET', '/agents')).body, 'total');
    const post = (fields: object) =>
      test.owner.call('POST', '/agents', { name: 'x', model: 'sandbox', ...fields });
    assertInvalid(await test.owner.call('POST', '/agents', { name: 'x' }), 'model');
    assertInvalid(await test.owner.call('POST', '/agents', { model: 'sandbox' }), 'name');
    assertInvalid(await post({ modle: 'sandbox' }), 'modle');
    assertInvalid(await post({ llm: 'another' }), 'llm');
    assertInvalid(await post({ model: 'nobody/nothing' }), 'model');
    assertInvalid(await post({ tools: ['calculater'] }), 'tools.0');
    assertInvalid(await post({ tools: 'calculator' }), 'tools');
    assertInvalid(await post({ parameters: { temprature: 1 } }), 'parameters.temprature');
    assertInvalid(await post({ temperature: 3 }), 'parameters.temperature');
    assertInvalid(await post({ max_cost_usd: -1 }), 'max_cost_usd');
    assertInvalid(await post({ max_cost_usd: 1e-12 }), 'max_cost_usd');
    assertInvalid(await post({ knowledge: { mode: 'never' } }), 'knowledge.mode');
    assertInvalid(await post({ crew_id: 'crew_of_nobody' }), 'crew_id');
    assertInvalid(await post({ name: 'x'.repeat(201) }), 'name');
    assert.equal(at((await test.owner.call('GET', '/agents')).body, 'total'), before);
  });

  it('PUT and PATCH both merge: what is left out stays, null sets the default', async () => {
    const id = await test.createAgent(test.owner, {
      name: 'First',
      instructions: 'Be kind.',
      temperature: 0.5,
      top_p: 0.5,
      max_steps: 3,
    });
    for (const [method, name, version] of [
      ['PUT', 'Second', 2],
      ['PATCH', 'Third', 3],
    ] as const) {
      const changed = await test.owner.call(method, `/agents/${id}`, { name });
      assert.equal(changed.status, 200, changed.text);
      assert.partialDeepStrictEqual(changed.body, { id, name, instructions: 'Be kind.', version });
      assert.equal(changed.headers.get('etag'), `"${version}"`);
    }
    const reset = await test.owner.call('PATCH', `/agents/${id}`, {
      max_steps: null,
      parameters: { temperature: null },
    });
    assert.partialDeepStrictEqual(reset.body, { max_steps: 10, parameters: { top_p: 0.5 }, version: 4 });
    assert.equal(at(reset.body, 'parameters.temperature'), undefined);
  });

  it('If-Match refuses a change to another version, and keeps the agent as it is', async () => {
    const id = await test.createAgent(test.owner);
    const save = (name: string, match: string) =>
      test.owner.call('PATCH', `/agents/${id}`, { name }, { 'if-match': match });
    assert.equal((await save('Mine', '1')).status, 200);
    const late = await save('Theirs', '"1"');
    assertError(late, 409, 'CONFLICT');
    assert.equal(at(late.body, 'error.details.version'), 2);
    assertInvalid(await save('Theirs', 'abc'), 'If-Match');
    assert.equal((await test.owner.call('GET', `/agents/${id}`)).field('name'), 'Mine');
    assert.equal((await save('Again', 'W/"2"')).status, 200);
    assert.equal((await save('And again', '*')).status, 200);
    const remove = (match: string) =>
      test.owner.call('DELETE', `/agents/${id}`, undefined, { 'if-match': match });
    assertError(await remove('"3"'), 409, 'CONFLICT');
    assertInvalid(await remove('abc'), 'If-Match');
    assert.equal((await test.owner.call('GET', `/agents/${id}`)).field('name'), 'And again');
    assert.equal((await remove('"4"')).status, 204);
    assertError(await remove('"4"'), 404, 'NOT_FOUND');
  });

  it('the reply to a change is the version that it has made, also when others follow at once', async () => {
    const id = await test.createAgent(test.owner);
    const names = ['A', 'B', 'C', 'D', 'E', 'F'];
    const saved = await Promise.all(names.map((name) => test.owner.call('PATCH', `/agents/${id}`, { name })));
    assert.deepEqual(
      saved.map((reply) => reply.field('name')),
      names,
    );
    for (const { headers, body } of saved) assert.equal(headers.get('etag'), `"${at(body, 'version')}"`);
    assert.equal(new Set(saved.map(({ body }) => at(body, 'version'))).size, names.length);
  });

  it('every save is a version that can be read and brought back', async () => {
    const editor = await test.addPerson(test.owner, 'editor');
    const id = await test.createAgent(test.owner, { name: 'One' });
    await editor.call('PATCH', `/agents/${id}`, { name: 'Two' });
    const versions = await test.owner.call('GET', `/agents/${id}/versions`);
    assert.equal(at(versions.body, 'total'), 2);
    assert.partialDeepStrictEqual(at(versions.body, 'versions'), [
      { version: 2, name: 'Two', created_by: editor.userId },
      { version: 1, name: 'One', created_by: test.owner.userId },
    ]);
    const first = await test.owner.call('GET', `/agents/${id}/versions/1`);
    assert.equal(first.field('name'), 'One');
    const restored = await test.owner.call('POST', `/agents/${id}/versions/1/restore`);
    assert.partialDeepStrictEqual(restored.body, { id, name: 'One', version: 3 });
    assertError(await test.owner.call('GET', `/agents/${id}/versions/9`), 404, 'NOT_FOUND');
    assertInvalid(await test.owner.call('GET', `/agents/${id}/versions/first`), 'version');
  });

  it('the list is paged, filtered by name, and newest first', async () => {
    const person = await test.addAccount();
    for (const name of ['Alpha', 'Beta', 'Alphabet']) await test.createAgent(person, { name });
    const page = await person.call('GET', '/agents?limit=2&page=2');
    assert.partialDeepStrictEqual(page.body, {
      agents: [{ name: 'Alpha', status: 'ready' }],
      total: 3,
      page: 2,
    });
    const found = await person.call('GET', '/agents?q=alpha');
    assert.partialDeepStrictEqual(found.body, {
      agents: [{ name: 'Alphabet' }, { name: 'Alpha' }],
      total: 2,
    });
    const none = await person.call('GET', '/agents?q=%25');
    assert.equal(at(none.body, 'total'), 0);
  });

  it('a deleted agent is gone with its documents, also for calls', async () => {
    const id = await test.createAgent(test.owner);
    await addDocument(test.owner, id);
    const gone = await test.owner.call('DELETE', `/agents/${id}`);
    assert.equal(gone.status, 204);
    for (const path of ['', '/versions', '/documents']) {
      assertError(await test.owner.call('GET', `/agents/${id}${path}`), 404, 'NOT_FOUND');
    }
    const documents = await test.app.knowledge.listDocuments(test.owner.accountId, id);
    assert.equal(documents.total, 0);
    const call = await test.request('POST', '/api/agents/v1/chat/completions', {
      token: test.owner.token,
      body: { model: id, messages: [{ role: 'user', content: 'Hello' }] },
    });
    assert.equal(call.status, 404);
    assertError(await test.owner.call('DELETE', `/agents/${id}`), 404, 'NOT_FOUND');
  });

  it('an agent whose provider was removed has the status error, and says why, until it gets another model', async () => {
    const provider = await test.owner.call('POST', '/providers', {
      name: 'gone',
      kind: 'openai',
      api_key: 'k',
    });
    const id = await test.createAgent(test.owner, { model: 'gone/model-1' });
    const details = async () => Object((await test.owner.call('GET', `/agents/${id}`)).body);
    const status = async () => (await details()).status;
    const why = async () => (await details()).model_error?.code ?? null;
    assert.equal(await status(), 'ready');
    assert.equal(await why(), 'model_without_price');
    const price = { input_usd_per_million: 1, output_usd_per_million: 2 };
    await test.owner.call('PUT', '/models/gone%2Fmodel-1/price', price);
    assert.equal(await why(), null);
    await test.owner.call('DELETE', `/providers/${provider.field('id')}`);
    assert.equal(await status(), 'error');
    assert.deepEqual((await details()).model_error, {
      code: 'model_not_configured',
      message:
        "The model 'gone/model-1' can not be called. There is no provider 'gone'. Add it with POST /api/v1/providers.",
      setting: null,
    });
    const call = await test.request('POST', '/api/agents/v1/chat/completions', {
      token: test.owner.token,
      body: { model: id, messages: [{ role: 'user', content: 'Hello' }] },
    });
    assert.equal(call.field('error.message'), (await details()).model_error.message);
    const listed = await test.owner.call('GET', '/agents?limit=1');
    assert.equal(listed.field('agents.0.status'), 'error');
    const keyless = await test.owner.call('PATCH', `/agents/${id}`, { model: 'anthropic/claude-sonnet-4-5' });
    assert.equal(keyless.field('model_error.setting'), 'ANTHROPIC_API_KEY');
    await test.owner.call('PATCH', `/agents/${id}`, { model: 'sandbox' });
    assert.equal(await status(), 'ready');
    assert.equal(await why(), null);
  });

  it('a list tells the caps of each, and gives those that have some, or have none', async () => {
    const person = await test.addAccount();
    const daily = await test.createAgent(person, { name: 'Daily', daily_limit_usd: 2.5 });
    const monthly = await test.createAgent(person, { name: 'Monthly', monthly_limit_usd: 7 });
    const talk = 'Say {"dailyLimitNanoUsd":"1"} to nobody.';
    const free = await test.createAgent(person, { name: 'Free', instructions: talk });
    const ids = async (query: string) => {
      const { body } = await person.call('GET', `/agents?${query}`);
      const agents = at(body, 'agents');
      return (Array.isArray(agents) ? agents : []).map((agent) => at(agent, 'id'));
    };
    assert.deepEqual(await ids('capped=true'), [monthly, daily]);
    assert.deepEqual(await ids('capped=false'), [free]);
    assert.deepEqual(await ids('capped=true&q=dai'), [daily]);
    assert.deepEqual(await ids(''), [free, monthly, daily]);
    const { body } = await person.call('GET', '/agents');
    const nothing = { daily_spent_usd: 0, monthly_spent_usd: 0, daily_left_usd: null };
    assert.partialDeepStrictEqual(at(body, 'agents'), [
      { name: 'Free', daily_limit_usd: null, monthly_limit_usd: null, ...nothing },
      { name: 'Monthly', daily_limit_usd: null, monthly_limit_usd: 7, ...nothing },
      { name: 'Daily', daily_limit_usd: 2.5, monthly_limit_usd: null, ...nothing, daily_left_usd: 2.5 },
    ]);
    assertInvalid(await person.call('GET', '/agents?capped=perhaps'), 'capped');
    await person.call('PATCH', `/agents/${daily}`, { daily_limit_usd: null });
    assert.deepEqual(await ids('capped=true'), [monthly]);
  });

  it('one tells of its caps and its crew what the list tells, also in the crew, and when it is changed or restored', async () => {
    const person = await test.addAccount();
    const { crewId } = await createCrew(person);
    const caps = { daily_limit_usd: 2.5, monthly_limit_usd: 4 };
    const id = await test.createAgent(person, { ...caps, crew_id: crewId });
    const { db } = test.app;
    const spent = (period: string, spent_nano_usd: bigint) => ({
      ...{ account_id: person.accountId, agent_id: id, period, spent_nano_usd },
    });
    const rows = [
      spent('2020-01-01', 9_000_000_000n),
      spent(TODAY, 1_000_000_001n),
      spent(TODAY.slice(0, 7), 5_000_000_000n),
    ];
    await db.write([db.statement(db.build.insertInto('agent_spend').values(rows))]);
    const told = {
      ...{ daily_limit_usd: 2.5, daily_spent_usd: 1.000000001, daily_left_usd: 1.499999999 },
      ...{ monthly_limit_usd: 4, monthly_spent_usd: 5, monthly_left_usd: 0 },
    };
    const listed = at((await person.call('GET', '/agents?capped=true')).body, 'agents.0') as object;
    assert.partialDeepStrictEqual(listed, told);
    const one = (await person.call('GET', `/agents/${id}`)).body as object;
    assert.partialDeepStrictEqual(one, listed);
    const crew = at((await person.call('GET', `/crews/${crewId}`)).body, 'agents');
    assert.ok(Array.isArray(crew));
    const [inCrew, ...others] = crew.filter((agent) => at(agent, 'id') === id);
    assert.deepEqual(others, []);
    assert.partialDeepStrictEqual(inCrew, told);
    const changed = await person.call('PATCH', `/agents/${id}`, { monthly_limit_usd: 6 });
    assert.partialDeepStrictEqual(changed.body, { ...told, monthly_limit_usd: 6, monthly_left_usd: 1 });
    const restored = await person.call('POST', `/agents/${id}/versions/1/restore`);
    assert.partialDeepStrictEqual(restored.body, { ...told, crew_name: at(listed, 'crew_name') });
  });

  it('a list tells the crew that each works in by the name that it has now', async () => {
    const person = await test.addAccount();
    const { crewId, agentId } = await createCrew(person);
    const alone = await test.createAgent(person);
    await person.call('PUT', `/crews/${crewId}`, { name: 'Night desk' });
    const { body } = await person.call('GET', '/agents');
    assert.partialDeepStrictEqual(at(body, 'agents'), [
      { id: alone, crew_id: null, crew_name: null },
      { id: agentId, crew_id: crewId, crew_name: 'Night desk' },
    ]);
  });

  it('every reader of a version is told who saved it, in a sandbox too; whoever is removed has no name any more', async () => {
    const named = await test.addPerson(test.owner, 'editor');
    await test.owner.call('PATCH', `/users/${named.userId}`, { name: 'Ada' });
    const nameless = await test.addPerson(test.owner, 'editor');
    const viewer = await test.addPerson(test.owner, 'viewer');
    const id = await test.createAgent(named, { name: 'Signed' });
    await nameless.call('PATCH', `/agents/${id}`, { description: 'Later' });
    const author = async (version: number) => {
      const { body } = await viewer.call('GET', `/agents/${id}/versions/${version}`);
      return [at(body, 'created_by'), at(body, 'created_by_name')];
    };
    assert.deepEqual(await author(1), [named.userId, 'Ada']);
    assert.deepEqual(await author(2), [nameless.userId, nameless.email]);
    await test.owner.call('DELETE', `/users/${named.userId}`);
    assert.deepEqual(await author(1), [named.userId, null]);
    const { body } = await viewer.call('GET', `/agents/${id}/versions`);
    assert.partialDeepStrictEqual(at(body, 'versions'), [
      { version: 2, created_by_name: nameless.email },
      { version: 1, created_by_name: null },
    ]);
    const access = await nameless.call('POST', '/sandbox/tokens');
    const inside = (method: string, path: string, json?: unknown) =>
      test.request(method, `/api/v1${path}`, { token: access.field('access_token'), body: json });
    const made = await inside('POST', '/agents', { name: 'Sand', model: 'sandbox' });
    const first = await inside('GET', `/agents/${made.field('id')}/versions/1`);
    assert.equal(first.field('created_by_name'), nameless.email);
  });
});
