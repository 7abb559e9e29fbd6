import assert from 'node:assert/strict';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { after, before, describe, it, mock } from 'node:test';
import { ROLES } from '../../src/accounts/index.ts';
import { CREDENTIAL_TABLES, ERASED_TABLES, KEPT_TABLES } from '../../src/db/index.ts';
import { at, type Person, type Reply, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { addDocument, createCrew, endOf, pathOfNewObject, readPath, startJob, talk } from './objects.ts';
import { platformRoutes } from './platform-routes.ts';
import { assertError } from './replies.ts';

const routes = await platformRoutes();
/** Of one account's objects; accounts themselves are the operator's, and tools and models are everybody's. */
const ofObjects = routes.filter(
  ({ path }) => path.includes(':') && !/^\/(tools\/:name|models|accounts)\//.test(path),
);
const CHAT = '/api/agents/v1/chat/completions';

describe('the sandbox', () => {
  let test: TestApp;
  let sandbox: Person & { readonly agentKey: string };
  before(async () => {
    test = await startTestApp({ MUSTER_TOOL_ALLOW_HOSTS: '127.0.0.1:9' });
    sandbox = await test.openSandbox(test.owner);
  });
  after(() => test.close());

  it('is one for each account, with credentials of the promised form and a mark on every reply', async () => {
    const access = await test.owner.call('POST', '/sandbox/tokens');
    assert.equal(access.status, 201, access.text);
    assert.partialDeepStrictEqual(access.body, { token_type: 'bearer', expires_in: 86_400 });
    assert.match(access.field('agent_key'), /^sk-/);
    assert.equal(access.headers.get('x-muster-sandbox'), null);
    assert.equal((await test.openSandbox(test.owner)).accountId, sandbox.accountId);
    const me = await sandbox.call('GET', '/auth/me');
    assert.equal(me.headers.get('x-muster-sandbox'), 'true');
    assert.partialDeepStrictEqual(me.body, {
      email: test.owner.email,
      role: 'owner',
      is_operator: false,
      account: { is_sandbox: true },
    });
    const models = await test.request('GET', '/api/agents/v1/models', { token: sandbox.agentKey });
    assert.equal(models.headers.get('x-muster-sandbox'), 'true');
    assert.deepEqual(at(models.body, 'data'), []);
  });

  it('has none of its own, and does not run the server', async () => {
    assertError(await sandbox.call('POST', '/sandbox/tokens'), 403, 'FORBIDDEN');
    assertError(await sandbox.call('GET', '/accounts'), 403, 'FORBIDDEN');
    const accounts = await test.owner.call('GET', '/accounts?limit=100');
    assert.ok(!accounts.text.includes(sandbox.accountId));
    assertError(
      await test.owner.call('PATCH', `/accounts/${sandbox.accountId}`, { tier: 'pro' }),
      404,
      'NOT_FOUND',
    );
    const change = { current_password: 'x', new_password: 'a-new-password' };
    assertError(await sandbox.call('PUT', '/auth/password', change), 403, 'FORBIDDEN');
  });

  it('knows each person by the role that they have in the account at that moment', async () => {
    for (const role of ROLES) {
      const twin = await test.openSandbox(await test.addPerson(test.owner, role));
      assert.equal((await twin.call('GET', '/auth/me')).field('role'), role);
    }
    const person = await test.addPerson(test.owner, 'editor');
    const twin = await test.openSandbox(person);
    const agent = { name: 'Mine', model: 'sandbox' };
    assert.equal((await twin.call('POST', '/agents', agent)).status, 201);
    await test.owner.call('PATCH', `/users/${person.userId}`, { role: 'viewer' });
    assertError(await twin.call('POST', '/agents', agent), 403, 'FORBIDDEN');
    await test.owner.call('DELETE', `/users/${person.userId}`);
    assertError(await twin.call('GET', '/agents'), 401, 'UNAUTHORIZED');
  });

  it('ends for a person with their password, and for all with their account', async () => {
    const tenant = await test.addAccount();
    const before = await test.openSandbox(tenant);
    const password = { current_password: 'engine-of-difference', new_password: 'difference-of-engines' };
    assert.equal((await tenant.call('PUT', '/auth/password', password)).status, 204);
    assertError(await before.call('GET', '/agents'), 401, 'UNAUTHORIZED');
    const twin = await test.openSandbox(tenant);
    const limits = { tier: 'free', limits: { requests_per_minute: 500 } };
    await test.owner.call('PATCH', `/accounts/${tenant.accountId}`, limits);
    assert.equal((await twin.call('GET', '/agents')).headers.get('ratelimit-limit'), '500');
    await test.owner.call('PATCH', `/accounts/${tenant.accountId}`, { status: 'suspended' });
    assertError(await twin.call('GET', '/agents'), 403, 'FORBIDDEN');
    const byKey = await test.request('GET', '/api/agents/v1/models', { token: twin.agentKey });
    assert.equal(byKey.status, 403, byKey.text);
  });

  for (const route of ofObjects) {
    it(`${route.method} ${route.path} leads from neither side to the other`, async () => {
      for (const [owner, stranger] of [
        [test.owner, sandbox],
        [sandbox, test.owner],
      ] as const) {
        const path = await pathOfNewObject(test, owner, route.path);
        const state = readPath(path);
        const before = state && (await owner.call('GET', state)).text;
        for (const body of route.hasBody ? [{}, { no_such_field: true }] : [undefined])
          assertError(await stranger.call(route.method, path, body), 404, 'NOT_FOUND');
        if (state !== undefined) assert.equal((await owner.call('GET', state)).text, before);
      }
    });
  }

  it('no credential of one side calls, reads or goes on with what the other has, whichever way it is named', async () => {
    const real = { token: (await test.createKey(test.owner)).key, person: test.owner };
    const twin = { token: sandbox.agentKey, person: sandbox as Person };
    for (const [own, other] of [
      [real, twin],
      [twin, real],
    ] as const) {
      const agentId = await test.createAgent(own.person);
      const ask = (token: string, body: object, path = CHAT): Promise<Reply> =>
        test.request('POST', path, { token, body });
      const messages = [{ role: 'user', content: 'Good morning' }];
      const first = await ask(own.token, { model: agentId, messages });
      assert.equal(first.status, 200, first.text);
      assert.equal((await ask(other.token, { model: agentId, messages })).status, 404);
      const theirs = await test.createAgent(other.person);
      const going = { model: theirs, messages };
      for (const place of [
        { conversation_id: first.field('conversation_id') },
        { parent_message_id: first.field('message_id') },
      ])
        assert.ok(isUnknown(await ask(other.token, { ...going, ...place })));
      const response = await ask(
        own.token,
        { model: agentId, input: 'Good morning' },
        '/api/agents/v1/responses',
      );
      const id = response.field('id');
      const next = { model: theirs, input: 'And?', previous_response_id: id };
      assert.ok(isUnknown(await ask(other.token, next, '/api/agents/v1/responses')));
      for (const [method, path] of [
        ['GET', `/models/${agentId}`],
        ['GET', `/responses/${id}`],
        ['GET', `/responses/${id}/input_items`],
        ['POST', `/responses/${id}/cancel`],
        ['DELETE', `/responses/${id}`],
        ['GET', `/conversations/${first.field('conversation_id')}`],
        ['GET', `/conversations/${first.field('conversation_id')}/items`],
      ] as const) {
        const reply = await test.request(method, `/api/agents/v1${path}`, { token: other.token });
        assert.equal(reply.status, 404, `${method} ${path}: ${reply.text}`);
      }
      const { crewId } = await createCrew(own.person);
      const start = { crew_id: crewId, inputs: {} };
      assert.ok([400, 404].includes((await other.person.call('POST', '/executions', start)).status));
      const key = { 'idempotency-key': crypto.randomUUID() };
      const body = { model: agentId, messages };
      const mine = await test.request('POST', CHAT, { token: own.token, body, headers: key });
      const reused = await test.request('POST', CHAT, { token: other.token, body, headers: key });
      assert.equal(mine.status, 200);
      assert.equal(reused.status, 404);
    }
  });

  it('nothing is billed, whatever model and price an agent has', async () => {
    const price = { input_usd_per_million: 1_000, output_usd_per_million: 1_000 };
    assert.equal((await sandbox.call('PUT', '/models/openai%2Fgpt-4o/price', price)).status, 200);
    const model = await test.createAgent(sandbox, { model: 'openai/gpt-4o' });
    const body = { model, messages: [{ role: 'user', content: 'Good morning' }] };
    const reply = await test.request('POST', CHAT, { token: sandbox.agentKey, body });
    assert.equal(reply.field('choices.0.message.content'), 'Sandbox: Good morning');
    assert.equal(at(reply.body, 'usage.cost_usd'), 0);
    const usage = await sandbox.call('GET', `/usage?agent_id=${model}`);
    assert.partialDeepStrictEqual(usage.body, { usage: [{ model: 'sandbox', cost_usd: 0 }], total: 1 });
    assert.partialDeepStrictEqual((await sandbox.call('GET', '/billing')).body, {
      balance_usd: 0,
      held_usd: 0,
    });
  });

  it('is emptied by one call of either side, running jobs included; the account keeps all it has', async () => {
    const tenant = await test.addAccount();
    const twin = await test.openSandbox(tenant);
    const kept = await test.createAgent(tenant);
    for (const by of [tenant, twin]) {
      const agentId = await test.createAgent(twin);
      await addDocument(twin, agentId);
      await talk(test, twin);
      const { crewId } = await createCrew(twin, {
        tasks: [{ name: 'w', description: '[[wait 60000]]', expected_output: 'x', agent: 'Writer' }],
      });
      const running = await startJob(twin, crewId);
      await endOf(twin, await startJob(twin, (await createCrew(twin)).crewId));
      await twin.call('POST', '/users', { email: `${crypto.randomUUID()}@example.com`, role: 'viewer' });
      assert.equal((await by.call('DELETE', '/sandbox/data')).status, 204);
      for (const list of ['agents', 'crews', 'tasks', 'executions', 'conversations', 'users', 'usage'])
        assert.equal(at((await twin.call('GET', `/${list}`)).body, 'total'), 0, list);
      assertError(await twin.call('GET', `/executions/${running}`), 404, 'NOT_FOUND');
    }
    assert.equal((await tenant.call('GET', `/agents/${kept}`)).status, 200);
    const models = await test.request('GET', '/api/agents/v1/models', { token: twin.agentKey });
    assert.equal(models.status, 200, 'the key of the sandbox stays good');
    const rows = await test.app.db.all(
      test.app.db.build.selectFrom('chunks').selectAll().where('account_id', '=', twin.accountId),
    );
    assert.deepEqual(rows, []);
  });

  it('every table of an account is either erased with the sandbox or said to stay', async () => {
    const { db } = test.app;
    const tables = await db.all<{ name: string }>({
      compile: () => ({
        ...db.build.selectFrom('accounts').select('name').compile(),
        sql: "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'account_id' WHERE m.type = 'table'",
        parameters: [],
      }),
    });
    const known: readonly string[] = [...ERASED_TABLES, ...CREDENTIAL_TABLES, ...KEPT_TABLES];
    assert.deepEqual(tables.map(({ name }) => name).sort(), known.toSorted());
  });
});

/** Refused for an id that is not there. */
function isUnknown(reply: Reply): boolean {
  return /^(message|conversation|previous_response)_not_found$/.test(reply.field('error.code'));
}

describe('the network of a sandbox', () => {
  let test: TestApp;
  const attempts: string[] = [];
  before(async () => {
    test = await startTestApp({
      OPENAI_BASE_URL: 'http://model.example.com/v1',
      ANTHROPIC_API_KEY: 'sk-ant-test',
      TAVILY_API_KEY: 'tvly-test',
      MUSTER_HTTP_REQUEST_HOSTS: 'web.example.com',
    });
    const { port } = new URL(test.url);
    const { connect } = net.Socket.prototype;
    mock.method(net.Socket.prototype, 'connect', function (this: net.Socket, ...args: unknown[]) {
      const target = JSON.stringify(args[0]);
      if (!target.includes(port)) attempts.push(`connect ${target}`);
      return Reflect.apply(connect, this, args);
    });
    const refuse = (kind: string) => async (host: string) => {
      attempts.push(`${kind} ${host}`);
      throw Object.assign(new Error('no network in this test'), { code: 'ENOTFOUND' });
    };
    mock.method(dns.promises, 'lookup', refuse('lookup'));
    syncBuiltinESMExports();
  });
  after(async () => {
    mock.restoreAll();
    syncBuiltinESMExports();
    await test.close();
  });

  it('is not there: no model, tool or provider of one goes out, not even to ask for an address', async () => {
    const sandbox = await test.openSandbox(test.owner);
    for (const model of ['gpt-4', 'openai/gpt-4o', 'anthropic/claude-3-opus', 'nobody/knows']) {
      const agent = await test.createAgent(sandbox, { model, tools: ['web_search', 'http_request'] });
      for (const content of [
        'Good morning',
        '[[call web_search {"query": "kettles"}]]',
        '[[call http_request {"url": "https://web.example.com/"}]]',
      ]) {
        const body = { model: agent, messages: [{ role: 'user', content }] };
        const reply = await test.request('POST', CHAT, { token: sandbox.agentKey, body });
        assert.equal(reply.status, 200, reply.text);
      }
    }
    for (const [name, args] of [
      ['web_search', { query: 'kettles' }],
      ['http_request', { url: 'https://web.example.com/' }],
    ] as const) {
      const tried = await sandbox.call('POST', `/tools/${name}/test`, { arguments: args });
      assert.match(tried.field('output'), /"simulated":true/);
      assert.equal(at(tried.body, 'is_error'), false);
    }
    const provider = { name: 'mine', kind: 'openai-compatible', base_url: 'https://mine.example.com/v1' };
    const made = await sandbox.call('POST', '/providers', { ...provider, api_key: 'k' });
    assert.equal(made.status, 201, made.text);
    const change = { base_url: 'https://other.example.com/v1', api_key: 'k' };
    assert.equal((await sandbox.call('PATCH', `/providers/${made.field('id')}`, change)).status, 200);
    const custom = { name: 'weather', description: 'The weather', endpoint: 'https://weather.example.com/' };
    const priced = await sandbox.call('POST', '/tools/custom', { ...custom, price_usd: 2 });
    assert.equal(priced.status, 201, priced.text);
    const paid = await test.createAgent(sandbox, { tools: ['weather'] });
    const question = { model: paid, messages: [{ role: 'user', content: '[[call weather {}]]' }] };
    const answer = await test.request('POST', CHAT, { token: sandbox.agentKey, body: question });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(at(answer.body, 'usage.cost_usd'), 0);
    const hook = { url: 'https://hooks.example.com/in', events: ['job.completed', 'conversation.message'] };
    const hooked = await sandbox.call('POST', '/webhooks', hook);
    assert.equal(hooked.status, 201, hooked.text);
    const tried = await sandbox.call('POST', `/webhooks/${hooked.field('id')}/test`);
    assert.match(tried.text, /Simulated: nothing is sent/);
    const { crewId } = await createCrew(sandbox, {
      memory: true,
      agents: [{ role: 'Writer', goal: 'Write', model: 'mine/m', tools: ['web_search'] }],
    });
    assert.equal((await endOf(sandbox, await startJob(sandbox, crewId))).field('status'), 'completed');
    assert.deepEqual(attempts, []);
  });

  it('is there outside of it, so that the test above can fail', async () => {
    const agent = await test.createAgent(test.owner, { model: 'openai/gpt-4o' });
    const body = { model: agent, messages: [{ role: 'user', content: 'Good morning' }] };
    await test.request('POST', CHAT, { token: test.owner.token, body });
    const provider = { name: 'mine', kind: 'openai-compatible', base_url: 'https://mine.example.com/v1' };
    await test.owner.call('POST', '/providers', { ...provider, api_key: 'k' });
    assert.ok(
      attempts.some((attempt) => attempt.includes('model.example.com')),
      attempts.join(),
    );
    assert.ok(attempts.includes('lookup mine.example.com'), attempts.join());
  });
});
