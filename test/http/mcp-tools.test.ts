import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at, type Person, type Reply, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { until } from '../../src/testing/until.ts';
import { type Generation, type McpTestServer, startMcpServer } from './mcp-server.ts';
import { assertError, assertInvalid } from './replies.ts';

const SECRET = 'a-very-secret-token-of-theirs';

describe('tools of MCP servers', () => {
  let test: TestApp;
  const servers = new Map<Generation, McpTestServer>();
  const server = (generation: Generation): McpTestServer => {
    const found = servers.get(generation);
    assert.ok(found);
    return found;
  };
  before(async () => {
    for (const generation of ['modern', 'sessions', 'sse'] as const) {
      servers.set(generation, await startMcpServer(generation));
    }
    const hosts = [...servers.values()].map(({ host }) => host).join(',');
    test = await startTestApp({ MUSTER_TOOL_ALLOW_HOSTS: hosts });
  });
  after(async () => {
    await test.close();
    for (const one of servers.values()) await one[Symbol.asyncDispose]();
  });

  let made = 0;
  async function add(generation: Generation, fields: object = {}, person = test.owner): Promise<Reply> {
    const { url } = server(generation);
    return person.call('POST', '/tools/mcp', { name: `s${++made}`, url, auth_type: 'none', ...fields });
  }
  const tryOut = (name: string, args: object = {}, person: Person = test.owner) =>
    person.call('POST', `/tools/${name}/test`, { arguments: args });

  for (const generation of ['modern', 'sessions', 'sse'] as const) {
    it(`a server of the generation '${generation}' is asked for its tools, and they are called`, async () => {
      const reply = await add(generation);
      assert.equal(reply.status, 201, reply.text);
      assert.equal(reply.field('status'), 'ready', reply.text);
      const name = reply.field('name');
      const called = await tryOut(`${name}__echo`, { text: 'Good morning' });
      assert.equal(called.status, 200, called.text);
      assert.equal(at(called.body, 'is_error'), false, called.text);
      assert.match(called.field('output'), /^(old )?Good morning$/);
    });
  }

  it('its tools stand in the list with their schemas, under names that models take', async () => {
    const reply = await add('modern');
    const name = reply.field('name');
    const tools = at((await test.owner.call('GET', '/tools?limit=100')).body, 'tools');
    assert.ok(Array.isArray(tools));
    assert.partialDeepStrictEqual(
      tools.find((tool) => at(tool, 'name') === `${name}__echo`),
      {
        description: 'Says it again',
        category: 'mcp',
        source_id: reply.field('id'),
        price_usd: 0,
        parameters: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
      },
    );
    assert.ok(tools.some((tool) => at(tool, 'name') === `${name}__dotted_name`));
    assert.equal((await tryOut(`${name}__dotted_name`)).field('output'), 'dotted');
  });

  it('an agent uses them; arguments are checked before the call, and failures are observations', async () => {
    const name = (await add('sessions')).field('name');
    const agent = await test.createAgent(test.owner, { tools: [`${name}__echo`, `${name}__fails`] });
    const answer = await test.request('POST', '/api/agents/v1/chat/completions', {
      token: test.owner.token,
      body: {
        model: agent,
        messages: [{ role: 'user', content: `[[call ${name}__echo {"text":"From the agent"}]]` }],
      },
    });
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.field('choices.0.message.content'), /From the agent/);
    const before = server('sessions').requests.length;
    assert.match((await tryOut(`${name}__echo`, { words: 1 })).field('output'), /'text' is missing/);
    assert.equal(server('sessions').requests.length, before);
    assert.partialDeepStrictEqual((await tryOut(`${name}__fails`)).body, {
      output: 'Out of paper',
      is_error: true,
    });
  });

  it('what is not text is told in words', async () => {
    const name = (await add('modern')).field('name');
    const picture = (await tryOut(`${name}__picture`)).field('output');
    assert.equal(picture, '(image, image/png, 3 bytes)\n\na.txt (file:///a.txt)');
    assert.equal((await tryOut(`${name}__sum`)).field('output'), '{"sum":3}');
  });

  it('a call is given up when its caller is gone', async () => {
    const name = (await add('modern')).field('name');
    const gone = new AbortController();
    const { cancelled, requests } = server('modern');
    const [known, count] = [requests.length, cancelled.length];
    const call = fetch(`${test.url}/api/v1/tools/${name}__slow/test`, {
      method: 'POST',
      headers: { authorization: `Bearer ${test.owner.token}`, 'content-type': 'application/json' },
      body: '{"arguments":{}}',
      signal: gone.signal,
    });
    await until('the call', () => requests.length > known);
    gone.abort();
    await assert.rejects(call);
    await until('its end', () => cancelled.length > count);
  });

  it('the credential goes to the server in its header and is shown to nobody', async () => {
    const person = await test.addAccount();
    const auth = { auth_type: 'bearer', auth: { token: SECRET } };
    const reply = await add('modern', auth, person);
    assert.equal(reply.field('status'), 'ready');
    assert.equal(server('modern').requests.at(-1)?.authorization, `Bearer ${SECRET}`);
    const id = reply.field('id');
    const shown = [reply];
    for (const path of [`/tools/mcp/${id}`, '/tools/mcp', '/tools?limit=100', '/audit']) {
      shown.push(await person.call('GET', path));
    }
    for (const one of shown) assert.ok(!one.text.includes(SECRET));
    const { db } = test.app;
    const rows = await db.all(db.build.selectFrom('mcp_servers').selectAll().where('id', '=', id));
    assert.ok(rows.length === 1 && !JSON.stringify(rows).includes(SECRET));

    const elsewhere = { url: server('sessions').url };
    assertInvalid(await person.call('PATCH', `/tools/mcp/${id}`, elsewhere), 'auth');
    const moved = await person.call('PUT', `/tools/mcp/${id}`, {
      ...elsewhere,
      auth: { token: 'another-one' },
    });
    assert.equal(moved.field('status'), 'ready', moved.text);
    assert.equal(server('sessions').requests.at(-1)?.authorization, 'Bearer another-one');
    const editor = await test.addPerson(person, 'editor');
    assertError(await add('modern', auth, editor), 403, 'FORBIDDEN');
    assertError(await editor.call('DELETE', `/tools/mcp/${id}`), 403, 'FORBIDDEN');
    assertError(await editor.call('PATCH', `/tools/mcp/${id}`, { url: elsewhere.url }), 403, 'FORBIDDEN');
    assert.equal((await add('modern', {}, editor)).status, 201);
  });

  it('a server that cannot be asked is kept with the reason, and its tools stay when it fails later', async () => {
    const one = server('sessions');
    const refused = await whileRefusing(one, 401, () => add('sessions'));
    assert.equal(refused.status, 201, refused.text);
    assert.partialDeepStrictEqual(refused.body, { status: 'error', tools: [] });
    assert.match(refused.field('error'), /refused the access \(HTTP 401\)/);
    const path = `/tools/mcp/${refused.field('id')}`;
    const refreshed = await test.owner.call('POST', `${path}/refresh`);
    assert.equal(refreshed.field('status'), 'ready', refreshed.text);

    const name = refused.field('name');
    const failed = await whileRefusing(one, 500, async () => {
      assert.match((await tryOut(`${name}__echo`, { text: 'x' })).field('output'), /HTTP 500/);
      return test.owner.call('POST', `${path}/refresh`);
    });
    assert.equal(failed.field('status'), 'error');
    assert.match(failed.field('error'), /HTTP 500/);
    assert.ok(failed.text.includes(`${name}__echo`));
    assert.equal((await test.owner.call('POST', `${path}/refresh`)).field('status'), 'ready');

    const nobody = await test.owner.call('POST', '/tools/mcp', {
      name: 'nobody',
      url: 'https://mcp.invalid/mcp',
    });
    assert.match(nobody.field('error'), /cannot be reached/);
  });

  it('a session that the server has forgotten is begun anew', async () => {
    const name = (await add('sessions')).field('name');
    assert.equal((await tryOut(`${name}__echo`, { text: 'one' })).field('output'), 'one');
    server('sessions').forgetSessions();
    assert.equal((await tryOut(`${name}__echo`, { text: 'two' })).field('output'), 'two');
  });

  it('a tool that a server adds is there without being asked for', async () => {
    for (const generation of ['modern', 'sessions'] as const) {
      const reply = await add(generation);
      const name = `${reply.field('name')}__later`;
      assert.ok(!reply.text.includes(name));
      await tryOut(`${reply.field('name')}__echo`, { text: 'x' });
      server(generation).addTool('later');
      const known = async () => (await test.owner.call('GET', `/tools/mcp/${reply.field('id')}`)).text;
      await until(`the tool ${name}`, known, (text) => text.includes(name));
    }
  });

  it('a server that is used says by whom before it goes', async () => {
    const reply = await add('modern');
    const agent = await test.createAgent(test.owner, { tools: [`${reply.field('name')}__echo`] });
    const path = `/tools/mcp/${reply.field('id')}`;
    const refused = await test.owner.call('DELETE', path);
    assertError(refused, 409, 'CONFLICT');
    assert.equal(at(refused.body, 'error.details.used_by.0.id'), agent);
    assert.equal((await test.owner.call('DELETE', `${path}?force=true`)).status, 204);
    assertError(await tryOut(`${reply.field('name')}__echo`, { text: 'x' }), 404, 'NOT_FOUND');
  });

  it('what is wrong with a server is named, and another account has none of it', async () => {
    for (const name of ['a b', 'a__b', 'a_', '', 'x'.repeat(33)])
      assertInvalid(await add('modern', { name }), 'name');
    for (const url of ['example.com', 'ftp://a.example', 'http://127.0.0.1:1/mcp', 'http://u:p@a.example/']) {
      assertInvalid(await add('modern', { url }), 'url');
    }
    const name = (await add('modern')).field('name');
    assertError(await add('modern', { name }), 409, 'CONFLICT');
    const stranger = await test.addAccount();
    assertError(await tryOut(`${name}__echo`, { text: 'x' }, stranger), 404, 'NOT_FOUND');
    assert.equal((await add('modern', { name }, stranger)).status, 201);
  });
});

async function whileRefusing<T>(one: McpTestServer, status: number, run: () => Promise<T>): Promise<T> {
  one.refuseWith = status;
  try {
    return await run();
  } finally {
    one.refuseWith = undefined;
  }
}
