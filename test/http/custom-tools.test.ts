import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Canary, startCanary } from '../../src/lib/guarded-http/canary.ts';
import { at, type Person, type Reply, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { createCrew } from './objects.ts';
import { assertError, assertInvalid } from './replies.ts';

const SECRET = 'a-very-secret-token-of-theirs';

describe('custom HTTP tools', () => {
  let test: TestApp;
  let service: Canary;
  let elsewhere: Canary;
  before(async () => {
    elsewhere = await startCanary();
    service = await startCanary((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://service');
      if (pathname === '/broken') return response.writeHead(503).end('We are closed.');
      if (pathname === '/echo') return response.end(JSON.stringify(request.headers));
      if (pathname === '/away') {
        return response.writeHead(307, { location: `http://${elsewhere.host}/there` }).end();
      }
      if (pathname === '/long') return response.end('long '.repeat(100_000));
      if (pathname === '/bytes') return response.end(Buffer.from([0, 1, 2]));
      if (pathname === '/nothing') return response.writeHead(204).end();
      response.setHeader('content-type', 'application/json');
      return response.end('{"state":"shipped"}');
    });
    test = await startTestApp({ MUSTER_TOOL_ALLOW_HOSTS: `${service.host},${elsewhere.host}` });
  });
  after(async () => {
    await test.close();
    await service[Symbol.asyncDispose]();
    await elsewhere[Symbol.asyncDispose]();
  });

  let made = 0;
  const register = (person: Person, fields: object = {}): Promise<Reply> =>
    person.call('POST', '/tools/custom', {
      name: `tool_${++made}`,
      description: 'Tells the state of an order',
      endpoint: `http://${service.host}/orders`,
      auth_type: 'none',
      ...fields,
    });
  const nameOf = async (fields: object = {}, person = test.owner): Promise<string> => {
    const reply = await register(person, fields);
    assert.equal(reply.status, 201, reply.text);
    return reply.field('name');
  };
  const tryOut = (name: string, args: object = {}, person = test.owner) =>
    person.call('POST', `/tools/${name}/test`, { arguments: args });
  const lastRequest = () => {
    const request = service.requests.at(-1);
    assert.ok(request);
    return request;
  };
  const ask = (person: Person, model: string, content: string) =>
    test.request('POST', '/api/agents/v1/chat/completions', {
      token: person.token,
      body: { model, messages: [{ role: 'user', content }] },
    });

  it('the least that can be registered is listed behind the built-in ones and used by an agent', async () => {
    const person = await test.addAccount();
    const reply = await person.call('POST', '/tools/custom', {
      name: 'salesforce_api',
      description: 'Query Salesforce data',
      endpoint: `http://${service.host}/salesforce`,
      auth_type: 'none',
    });
    assert.equal(reply.status, 201, reply.text);
    assert.deepEqual(reply.body, {
      tool_id: reply.field('tool_id'),
      status: 'registered',
      name: 'salesforce_api',
    });
    assert.match(reply.field('tool_id'), /^tool_custom_/);
    const list = await person.call('GET', '/tools');
    assert.partialDeepStrictEqual(at(list.body, `tools.${Number(at(list.body, 'total')) - 1}`), {
      name: 'salesforce_api',
      description: 'Query Salesforce data',
      category: 'custom',
      source_id: reply.field('tool_id'),
      price_usd: 0,
    });

    const agent = await test.createAgent(person, { tools: ['salesforce_api'] });
    const answer = await ask(person, agent, '[[call salesforce_api {"query":"Q4"}]]');
    assert.equal(answer.status, 200, answer.text);
    const { method, url, body, headers } = lastRequest();
    assert.deepEqual([method, url, body], ['POST', '/salesforce', '{"query":"Q4"}']);
    assert.equal(headers['content-type'], 'application/json');
    assert.match(String(headers['idempotency-key']), /^run_\w+\/1\/tool\/0$/);
    assert.equal(headers.authorization, undefined);
  });

  it('a tool of a crew’s agents and tasks is called by its name', async () => {
    const name = await nameOf();
    const { crewId } = await createCrew(test.owner, {
      agents: [{ role: 'Writer', goal: 'Write', model: 'sandbox' }],
      tasks: [
        {
          name: 'look',
          description: `[[call ${name} {"number":"K-7"}]]`,
          expected_output: 'A state',
          agent: 'Writer',
          tools: [name],
        },
      ],
    });
    const job = await test.owner.call('POST', '/executions', { crew_id: crewId, inputs: {} });
    const events = await test.owner.call('GET', `/executions/${job.field('job_id')}/events`);
    assert.match(events.text, /"status":"completed"/);
    assert.equal(lastRequest().body, '{"number":"K-7"}');
    assert.match(String(lastRequest().headers['idempotency-key']), new RegExp(`^${job.field('job_id')}/`));
  });

  it('arguments go where the endpoint names them, else into the query of GET or the JSON of the others', async () => {
    const host = `http://${service.host}`;
    const cases: [object, object, [string, string, string]][] = [
      [
        { method: 'GET' },
        { q: 'a b', n: 2, list: ['x', 'y'], none: null },
        ['GET', '/orders?q=a+b&n=2&list=x&list=y', ''],
      ],
      [{ method: 'GET', endpoint: `${host}/a?fixed=1` }, { q: 'é' }, ['GET', '/a?fixed=1&q=%C3%A9', '']],
      [
        { method: 'GET', endpoint: `${host}/o/{id}/x?s={s}` },
        { id: 'a/../b?', s: '&' },
        ['GET', '/o/a%2F..%2Fb%3F/x?s=%26', ''],
      ],
      [{ endpoint: `${host}/o/{id}` }, { id: 7, deep: { a: [1] } }, ['POST', '/o/7', '{"deep":{"a":[1]}}']],
      [{ method: 'PUT' }, {}, ['PUT', '/orders', '{}']],
      [{ method: 'PATCH' }, { a: 1 }, ['PATCH', '/orders', '{"a":1}']],
      [{ method: 'DELETE', endpoint: `${host}/o/{id}` }, { id: 'x' }, ['DELETE', '/o/x', '']],
      [{ method: 'DELETE' }, { why: 'so' }, ['DELETE', '/orders', '{"why":"so"}']],
    ];
    for (const [fields, args, wanted] of cases) {
      const reply = await tryOut(await nameOf(fields), args);
      assert.equal(at(reply.body, 'output'), '{"state":"shipped"}', reply.text);
      const { method, url, body } = lastRequest();
      assert.deepEqual([method, url, body], wanted);
    }
  });

  it('arguments are checked against the schema and the address before anything is sent', async () => {
    const parameters = {
      type: 'object',
      properties: { number: { type: 'string', description: 'Such as K-1' }, count: { type: 'integer' } },
      required: ['number'],
      additionalProperties: false,
    };
    const strict = await nameOf({ endpoint: `http://${service.host}/o/{number}`, parameters });
    const open = await nameOf({ endpoint: `http://${service.host}/o/{number}` });
    const before = service.requests.length;
    for (const [name, args] of [
      [strict, {}],
      [strict, { number: 'a', count: 'many' }],
      [strict, { number: 'a', other: 1 }],
      [strict, { number: '..' }],
      [strict, { number: '' }],
      [open, {}],
      [open, { number: { a: 1 } }],
    ] as const) {
      const reply = await tryOut(name, args);
      assert.equal(at(reply.body, 'is_error'), true, reply.text);
    }
    assert.equal(service.requests.length, before);
    const list = await test.owner.call('GET', '/tools?limit=100');
    const tools = at(list.body, 'tools');
    assert.ok(Array.isArray(tools));
    assert.deepEqual(
      at(
        tools.find((tool) => at(tool, 'name') === strict),
        'parameters',
      ),
      parameters,
    );
  });

  it('what goes wrong is told to the model, and the run goes on', async () => {
    const broken = await nameOf({ endpoint: `http://${service.host}/broken` });
    const reply = await tryOut(broken);
    assert.equal(at(reply.body, 'is_error'), true);
    assert.match(reply.field('output'), /HTTP 503[\s\S]*We are closed/);
    const gone = await startCanary();
    await gone[Symbol.asyncDispose]();
    const agent = await test.createAgent(test.owner, { tools: [broken] });
    assert.equal((await ask(test.owner, agent, `[[call ${broken} {}]]`)).status, 200);
    const output = async (path: string) =>
      (await tryOut(await nameOf({ endpoint: `http://${service.host}${path}` }))).field('output');
    assert.ok((await output('/long')).length <= 60_000);
    assert.match(await output('/bytes'), /3 bytes that are not text/);
    assert.match(await output('/nothing'), /HTTP 204/);
  });

  it('each kind of credential is sent in its header, kept sealed, and shown to nobody', async () => {
    const person = await test.addAccount();
    const kinds: [string, object, string, string][] = [
      ['bearer', { token: SECRET }, 'authorization', `Bearer ${SECRET}`],
      ['api_key', { name: 'X-Api-Key', value: SECRET }, 'x-api-key', SECRET],
      [
        'basic',
        { username: 'ada', password: SECRET },
        'authorization',
        `Basic ${Buffer.from(`ada:${SECRET}`).toString('base64')}`,
      ],
    ];
    for (const [auth_type, auth, header, value] of kinds) {
      const made = await register(person, { auth_type, auth, endpoint: `http://${service.host}/echo` });
      const id = made.field('tool_id');
      const echoed = await tryOut(made.field('name'), {}, person);
      assert.equal(lastRequest().headers[header], value);
      // The service sends the credential back, and still nobody gets to read it.
      assert.match(echoed.field('output'), /\[credential\]/);
      const shown = await Promise.all(
        [`/tools/custom/${id}`, '/tools/custom', '/tools?limit=100', '/audit'].map((path) =>
          person.call('GET', path),
        ),
      );
      const renamed = await person.call('PATCH', `/tools/custom/${id}`, { description: 'Another' });
      assert.equal(at(renamed.body, 'has_auth'), true);
      for (const reply of [made, echoed, renamed, ...shown]) {
        assert.ok(!reply.text.includes(SECRET) && !reply.text.includes(value), reply.text);
      }
      await tryOut(made.field('name'), {}, person);
      assert.equal(lastRequest().headers[header], value, 'a change of something else keeps the credential');
    }
    const { db } = test.app;
    const rows = JSON.stringify(await db.all(db.build.selectFrom('custom_tools').select(['auth_sealed'])));
    assert.ok(!rows.includes(SECRET));
  });

  it('a credential does not follow a redirect to another origin, and does not move to one', async () => {
    const auth = { auth_type: 'api_key', auth: { name: 'X-Key', value: SECRET } };
    const made = await register(test.owner, { ...auth, endpoint: `http://${service.host}/away` });
    await tryOut(made.field('name'), { a: 1 });
    assert.equal(lastRequest().headers['x-key'], SECRET);
    assert.equal(elsewhere.requests.at(-1)?.url, '/there');
    assert.equal(elsewhere.requests.at(-1)?.headers['x-key'], undefined);

    const path = `/tools/custom/${made.field('tool_id')}`;
    const moved = { endpoint: `http://${elsewhere.host}/new` };
    assertInvalid(await test.owner.call('PATCH', path, moved), 'auth');
    assertInvalid(await test.owner.call('PATCH', path, { auth_type: 'bearer' }), 'auth');
    const same = { endpoint: `http://${service.host}/orders` };
    assert.equal((await test.owner.call('PATCH', path, same)).status, 200);
    const given = { ...moved, auth: { name: 'X-Key', value: 'another-secret' } };
    assert.equal((await test.owner.call('PUT', path, given)).status, 200);
    await tryOut(made.field('name'));
    assert.equal(elsewhere.requests.at(-1)?.headers['x-key'], 'another-secret');
    const without = await test.owner.call('PATCH', path, { auth: null });
    assert.equal(at(without.body, 'has_auth'), false);
    assert.match((await tryOut(made.field('name'))).field('output'), /credential/);
  });

  it('editors have tools without credentials; credentials take an admin', async () => {
    const [editor, admin] = [
      await test.addPerson(test.owner, 'editor'),
      await test.addPerson(test.owner, 'admin'),
    ];
    const secret = { auth_type: 'bearer', auth: { token: SECRET } };
    assertError(await register(editor, secret), 403, 'FORBIDDEN');
    const plain = `/tools/custom/${(await register(editor, { auth_type: 'bearer' })).field('tool_id')}`;
    assert.equal((await editor.call('PATCH', plain, { price_usd: 1 })).status, 200);
    assertError(await editor.call('PATCH', plain, { auth: { token: SECRET } }), 403, 'FORBIDDEN');
    assert.equal((await editor.call('DELETE', plain)).status, 204);
    const guarded = `/tools/custom/${(await register(admin, secret)).field('tool_id')}`;
    assertError(await editor.call('PATCH', guarded, { description: 'Mine' }), 403, 'FORBIDDEN');
    assertError(await editor.call('DELETE', guarded), 403, 'FORBIDDEN');
    assert.equal((await admin.call('DELETE', guarded)).status, 204);
  });

  it('a call is held for, billed and on the usage row; one that was never made is not', async () => {
    const person = await test.addAccount();
    const parameters = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
    const name = await nameOf({ price_usd: 0.25, parameters }, person);
    const agent = await test.createAgent(person, { tools: [name] });
    const answer = await ask(
      person,
      agent,
      `[[parallel ${name} {"n":1}; ${name} {"n":2}; ${name} {"n":"x"}]]`,
    );
    assert.equal(answer.status, 200, answer.text);
    assert.equal(at(answer.body, 'usage.cost_usd'), 0.5);
    const usage = await person.call('GET', '/usage');
    assert.partialDeepStrictEqual(at(usage.body, 'usage.0'), { tool_cost_usd: 0.5, cost_usd: 0.5 });
    assert.partialDeepStrictEqual((await person.call('GET', '/billing')).body, {
      balance_usd: 9.5,
      held_usd: 0,
    });

    const dear = await nameOf({ price_usd: 100 }, person);
    const poor = await test.createAgent(person, { tools: [dear] });
    const before = service.requests.length;
    assert.equal((await ask(person, poor, `[[call ${dear} {}]]`)).status, 402);
    assert.equal(service.requests.length, before);
    assert.partialDeepStrictEqual((await person.call('GET', '/billing')).body, {
      balance_usd: 9.5,
      held_usd: 0,
    });
  });

  it('what is wrong with a tool is named', async () => {
    const refused: [object, string][] = [
      [{ name: 'has blank' }, 'name'],
      [{ name: '1st' }, 'name'],
      [{ name: 'a__b' }, 'name'],
      [{ name: '' }, 'name'],
      [{ description: ' ' }, 'description'],
      [{ endpoint: 'ftp://example.com' }, 'endpoint'],
      [{ endpoint: 'example.com' }, 'endpoint'],
      [{ endpoint: 'https://{host}/' }, 'endpoint'],
      [{ endpoint: 'https://u:p@example.com/' }, 'endpoint'],
      [{ endpoint: 'https://example.com/{a b}' }, 'endpoint'],
      [{ endpoint: 'https://example.com/{a}', parameters: { type: 'object' } }, 'endpoint'],
      [{ endpoint: 'http://127.0.0.1:1/' }, 'endpoint'],
      [{ endpoint: 'http://169.254.169.254/latest' }, 'endpoint'],
      [{ auth_type: 'oauth' }, 'auth_type'],
      [{ auth: { token: 'x' } }, 'auth.token'],
      [{ auth_type: 'bearer', auth: {} }, 'auth.token'],
      [{ auth_type: 'bearer', auth: { token: 'a\nb' } }, 'auth.token'],
      [{ auth_type: 'api_key', auth: { name: 'Host', value: 'x' } }, 'auth.name'],
      [{ auth_type: 'api_key', auth: { name: 'a b', value: 'x' } }, 'auth.name'],
      [{ auth_type: 'basic', auth: { username: 'a:b', password: 'x' } }, 'auth.username'],
      [{ method: 'TRACE' }, 'method'],
      [{ parameters: { type: 'string' } }, 'parameters.type'],
      [{ parameters: { type: 'object', properties: { a: { type: 'nothing' } } } }, 'parameters'],
      [{ parameters: { type: 'object', properties: { a: { pattern: '(' } } } }, 'parameters'],
      [{ price_usd: -1 }, 'price_usd'],
      [{ effects: 'some' }, 'effects'],
      [{ timeout_s: 0 }, 'timeout_s'],
    ];
    for (const [fields, field] of refused) assertInvalid(await register(test.owner, fields), field);
    for (const name of ['calculator', 'mcp', 'delegate_work']) {
      assertError(await register(test.owner, { name }), 409, 'CONFLICT');
    }
  });

  it('after a change of name the old one works on, and never comes to mean another tool', async () => {
    const person = await test.addAccount();
    const made = await register(person, { name: 'orders' });
    const agent = await test.createAgent(person, { tools: ['orders'] });
    const path = `/tools/custom/${made.field('tool_id')}`;
    const renamed = await person.call('PATCH', path, { name: 'order_state' });
    assert.partialDeepStrictEqual(renamed.body, { name: 'order_state', former_names: ['orders'] });
    await ask(person, agent, '[[call orders {"number":"old"}]]');
    assert.equal(lastRequest().body, '{"number":"old"}');
    assertError(await register(person, { name: 'orders' }), 409, 'CONFLICT');
    assertError(await register(person, { name: 'order_state' }), 409, 'CONFLICT');
    const other = await register(person, { name: 'other' });
    assertError(
      await person.call('PATCH', `/tools/custom/${other.field('tool_id')}`, { name: 'orders' }),
      409,
      'CONFLICT',
    );
    assert.equal((await person.call('PATCH', path, { name: 'orders' })).status, 200);
    assert.equal((await register(await test.addAccount(), { name: 'orders' })).status, 201);
    assert.equal((await person.call('PATCH', `/agents/${agent}`, { tools: ['order_state'] })).status, 200);
  });

  it('a tool that is used says by whom before it goes; forced, its users go on without it', async () => {
    const person = await test.addAccount();
    const made = await register(person, { name: 'orders' });
    const path = `/tools/custom/${made.field('tool_id')}`;
    const agent = await test.createAgent(person, { tools: ['orders', 'calculator'] });
    const { taskId } = await createCrew(person, {
      tasks: [{ description: 'Look', expected_output: 'x', agent: 'Writer', tools: ['orders'] }],
    });
    const refused = await person.call('DELETE', path);
    assertError(refused, 409, 'CONFLICT');
    assert.match(refused.text, new RegExp(agent));
    assert.deepEqual(at(refused.body, 'error.details.used_by'), [
      { type: 'agent', id: agent, name: at((await person.call('GET', `/agents/${agent}`)).body, 'name') },
      { type: 'task', id: taskId, name: '' },
    ]);
    assert.equal((await person.call('DELETE', `${path}?force=true`)).status, 204);
    assertError(await person.call('GET', path), 404, 'NOT_FOUND');
    assert.equal((await ask(person, agent, 'Good morning')).status, 200);
    assert.equal((await person.call('PATCH', `/agents/${agent}`, { description: 'Still here' })).status, 200);
    assertInvalid(await person.call('PATCH', `/agents/${agent}`, { tools: ['orders2'] }), 'tools.0');
  });

  it('another account neither has nor can try them', async () => {
    const name = await nameOf();
    const stranger = await test.addAccount();
    assertError(await tryOut(name, {}, stranger), 404, 'NOT_FOUND');
    assertInvalid(
      await stranger.call('POST', '/agents', { name: 'x', model: 'sandbox', tools: [name] }),
      'tools.0',
    );
    assert.ok(!(await stranger.call('GET', '/tools?limit=100')).text.includes(name));
  });
});
