import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ScriptedUpstream, startScriptedUpstream } from '../../src/testing/scripted-upstream.ts';
import { at, type Person, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { assertError, assertInvalid } from './replies.ts';

const ANSWER = {
  text: 'From upstream',
  usage: { prompt_tokens: 1_000, completion_tokens: 500, total_tokens: 1_500 },
};
const PRICE = { input_usd_per_million: 1, output_usd_per_million: 2 };

describe('providers, models and prices', () => {
  let test: TestApp;
  let upstream: ScriptedUpstream;
  before(async () => {
    upstream = await startScriptedUpstream(ANSWER);
    test = await startTestApp({ MUSTER_TOOL_ALLOW_HOSTS: new URL(upstream.baseUrl).host });
  });
  after(async () => {
    await test.close();
    await upstream.close();
  });

  const addProvider = (person: Person, fields: object = {}) =>
    person.call('POST', '/providers', {
      name: 'local',
      kind: 'openai-compatible',
      base_url: upstream.baseUrl,
      api_key: 'upstream-key',
      models: ['small'],
      ...fields,
    });
  const ask = (person: Person, model: string) =>
    test.request('POST', '/api/agents/v1/chat/completions', {
      token: person.token,
      body: { model, messages: [{ role: 'user', content: 'Hello' }] },
    });

  it('the list says which setting of the server switches on which provider, and no more of it', async () => {
    const person = await test.addAccount();
    const reply = await person.call('GET', '/providers');
    assert.deepEqual(at(reply.body, 'server.0'), { name: 'openai', setting: 'OPENAI_API_KEY', is_on: false });
  });

  it('a test asks one of its models with the kept key, tells what the provider says, and takes no credit', async () => {
    const person = await test.addAccount();
    const id = (await addProvider(person)).field('id');
    const balance = async () => at((await person.call('GET', '/billing')).body, 'balance_usd');
    const before = await balance();
    const good = await person.call('POST', `/providers/${id}/test`, {});
    assert.partialDeepStrictEqual(good.body, { ok: true, model: 'local/small', error: null });
    assert.equal(upstream.calls.at(-1)?.headers.authorization, 'Bearer upstream-key');
    upstream.play(({ body }) =>
      body.model === 'closed' ? { status: 401, error: { message: 'bad key' } } : ANSWER,
    );
    const bad = await person.call('POST', `/providers/${id}/test`, { model: 'closed' });
    assert.partialDeepStrictEqual(bad.body, {
      ok: false,
      model: 'local/closed',
      error: { code: 'upstream_auth' },
    });
    assert.equal(await balance(), before);
  });

  it('an agent answers by a provider of its account, at the price that the account has set', async () => {
    const person = await test.addAccount();
    const made = await addProvider(person);
    assert.equal(made.status, 201, made.text);
    assert.partialDeepStrictEqual(made.body, {
      name: 'local',
      kind: 'openai-compatible',
      base_url: upstream.baseUrl,
      has_api_key: true,
      models: ['small'],
    });
    const agent = await test.createAgent(person, { model: 'local/small' });
    const refused = await ask(person, agent);
    assert.equal(refused.status, 400, refused.text);
    assert.equal(refused.field('error.code'), 'model_without_price');

    const priced = await person.call('PUT', '/models/local%2Fsmall/price', PRICE);
    assert.partialDeepStrictEqual(priced.body, {
      id: 'local/small',
      price: { ...PRICE, cached_input_usd_per_million: 1, source: 'account' },
    });
    const answered = await ask(person, agent);
    assert.equal(answered.status, 200, answered.text);
    assert.equal(answered.field('choices.0.message.content'), 'From upstream');
    assert.equal(at(answered.body, 'usage.cost_usd'), 0.002);
    assert.equal(upstream.calls.at(-1)?.headers.authorization, 'Bearer upstream-key');
    assert.equal(at((await person.call('GET', '/billing')).body, 'balance_usd'), 9.998);

    await person.call('PUT', '/models/local/small/price', { ...PRICE, input_usd_per_million: 3 });
    assert.equal(at((await ask(person, agent)).body, 'usage.cost_usd'), 0.004);
    await person.call('PUT', '/models/local%2Fsmall/price', {
      input_usd_per_million: 0,
      output_usd_per_million: 0,
    });
    assert.equal(at((await ask(person, agent)).body, 'usage.cost_usd'), 0);
    assert.equal((await person.call('DELETE', '/models/local/small/price')).status, 204);
    assert.equal((await ask(person, agent)).field('error.code'), 'model_without_price');
    assertError(await person.call('DELETE', '/models/local%2Fsmall/price'), 404, 'NOT_FOUND');
  });

  it('a changed key and a removed provider count from the next call on', async () => {
    const person = await test.addAccount();
    const id = (await addProvider(person)).field('id');
    await person.call('PUT', '/models/local%2Fsmall/price', PRICE);
    const agent = await test.createAgent(person, { model: 'local/small' });
    assert.equal((await ask(person, agent)).status, 200);
    const changed = await person.call('PATCH', `/providers/${id}`, { api_key: 'another-key' });
    assert.equal(changed.status, 200, changed.text);
    assert.equal((await ask(person, agent)).status, 200);
    assert.equal(upstream.calls.at(-1)?.headers.authorization, 'Bearer another-key');
    assert.equal((await person.call('DELETE', `/providers/${id}`)).status, 204);
    assert.equal((await ask(person, agent)).field('error.code'), 'model_not_configured');
    assertError(await person.call('GET', `/providers/${id}`), 404, 'NOT_FOUND');
  });

  it('another account neither sees nor calls them, and has prices of its own', async () => {
    const [person, stranger] = [await test.addAccount(), await test.addAccount()];
    await addProvider(person);
    await person.call('PUT', '/models/local%2Fsmall/price', PRICE);
    assertInvalid(await stranger.call('POST', '/agents', { name: 'x', model: 'local/small' }), 'model');
    const models = async (who: Person) => (await who.call('GET', '/models?provider=local')).body;
    assert.equal(at(await models(stranger), 'total'), 0);
    assert.partialDeepStrictEqual(at(await models(person), 'models.0'), {
      id: 'local/small',
      available: true,
      price: { ...PRICE, source: 'account' },
    });
    assert.equal((await addProvider(stranger)).status, 201);
    assert.equal(at(await models(stranger), 'models.0.price'), null);
  });

  it('no reply holds a key, and none stands readable in the database', async () => {
    const person = await test.addAccount();
    const secret = 'sk-very-secret-upstream-key';
    const made = await addProvider(person, { api_key: secret });
    const replies = await Promise.all(
      [`/providers/${made.field('id')}`, '/providers', '/models?limit=100'].map((path) =>
        person.call('GET', path),
      ),
    );
    for (const reply of [made, ...replies]) assert.doesNotMatch(reply.text, /very-secret|sealed|v1\./);
    const { db } = test.app;
    const rows = await db.all(db.build.selectFrom('providers').selectAll().where('name', '=', 'local'));
    assert.ok(rows.some(({ id }) => id === made.field('id')));
    assert.doesNotMatch(JSON.stringify(rows), /very-secret/);
  });

  it('a private address needs the leave of the operator', async () => {
    const person = await test.addAccount();
    const addresses = [
      'http://127.0.0.1:1/v1',
      'http://localhost:1/v1',
      'http://10.0.0.1/v1',
      'http://169.254.169.254/latest',
      'http://[::1]:8080/v1',
      'http://2130706433/',
    ];
    for (const base_url of addresses) assertInvalid(await addProvider(person, { base_url }), 'base_url');
    for (const base_url of [
      'ftp://example.com',
      'example.com',
      'https://u:p@example.com',
      'https://example.com/?a=b',
      '',
    ]) {
      assertInvalid(await addProvider(person, { base_url }), 'base_url');
    }
    assert.equal(at((await person.call('GET', '/providers')).body, 'total'), 0);
    const id = (await addProvider(person)).field('id');
    const moved = await person.call('PATCH', `/providers/${id}`, { base_url: addresses[0], api_key: null });
    assertInvalid(moved, 'base_url');
  });

  it('a key stays with its address: who moves a provider has to know it', async () => {
    const person = await test.addAccount();
    const id = (await addProvider(person)).field('id');
    const base_url = `${upstream.baseUrl}/elsewhere`;
    assertInvalid(await person.call('PATCH', `/providers/${id}`, { base_url }), 'api_key');
    const moved = await person.call('PATCH', `/providers/${id}`, { base_url, api_key: 'known' });
    assert.partialDeepStrictEqual(moved.body, { base_url, has_api_key: true });
    const open = await person.call('PATCH', `/providers/${id}`, { api_key: null, models: ['large'] });
    assert.partialDeepStrictEqual(open.body, { has_api_key: false, models: ['large'] });
  });

  it('a wrong field is named, and a name is used once', async () => {
    const person = await test.addAccount();
    for (const name of ['sandbox', 'Local', 'a', 'with/slash', '-x', '']) {
      assertInvalid(await addProvider(person, { name }), 'name');
    }
    assertInvalid(await addProvider(person, { kind: 'magic' }), 'kind');
    assertInvalid(await addProvider(person, { base_url: null }), 'base_url');
    assertInvalid(await addProvider(person, { kind: 'openai', api_key: null, base_url: null }), 'api_key');
    assertInvalid(await addProvider(person, { api_key: 'with\nbreak' }), 'api_key');
    assertInvalid(await addProvider(person, { models: ['with blank'] }), 'models.0');
    assertInvalid(await addProvider(person, { headers: {} }), 'headers');
    assert.equal((await addProvider(person)).status, 201);
    assertError(await addProvider(person), 409, 'CONFLICT');
    const renamed = await person.call(
      'PATCH',
      `/providers/${(await person.call('GET', '/providers')).field('providers.0.id')}`,
      { name: 'other' },
    );
    assertInvalid(renamed, 'name');
  });

  it('a wrong price is named, and the built-in model stays free', async () => {
    const put = (body: object, model = 'local%2Fsmall') =>
      test.owner.call('PUT', `/models/${model}/price`, body);
    assertInvalid(await put({ input_usd_per_million: 1 }), 'output_usd_per_million');
    assertInvalid(await put({ ...PRICE, input_usd_per_million: -1 }), 'input_usd_per_million');
    assertInvalid(await put({ ...PRICE, output_usd_per_million: 2e6 }), 'output_usd_per_million');
    assertInvalid(await put({ ...PRICE, cached_input_usd_per_million: '1' }), 'cached_input_usd_per_million');
    assertInvalid(await put({ ...PRICE, currency: 'eur' }), 'currency');
    assertInvalid(await put(PRICE, 'sandbox'), 'id');
    assertInvalid(await put(PRICE, 'with%20blank'), 'id');
    assertError(await test.owner.call('PUT', '/models/local/small', PRICE), 404, 'NOT_FOUND');
  });

  it("what the server's own key pays for is priced by the operator, for all, and by nobody else", async () => {
    const server = await startTestApp({ OPENAI_BASE_URL: upstream.baseUrl });
    const tenant = await server.addAccount();
    const put = (person: Person, model = 'openai%2Funheard-of', price = PRICE) =>
      person.call('PUT', `/models/${model}/price`, price);
    for (const model of ['openai%2Funheard-of', 'gpt-4o', 'nobody%2Fhas'])
      assertError(await put(tenant, model, { ...PRICE, input_usd_per_million: 0 }), 403, 'FORBIDDEN');
    const agent = await server.createAgent(tenant, { model: 'openai/unheard-of' });
    const ask = () =>
      server.request('POST', '/api/agents/v1/chat/completions', {
        token: tenant.token,
        body: { model: agent, messages: [{ role: 'user', content: 'Hi' }] },
      });
    assert.equal((await ask()).field('error.code'), 'model_without_price');
    assert.equal((await put(server.owner)).status, 200);
    const answer = await ask();
    assert.equal(answer.status, 200, answer.text);
    assert.ok(Number(at(answer.body, 'usage.cost_usd')) > 0);
    const mine = { name: 'mine', kind: 'openai', api_key: 'k', models: ['m'] };
    assert.equal((await tenant.call('POST', '/providers', mine)).status, 201);
    assert.equal((await put(tenant, 'mine%2Fm')).status, 200);
    await server.close();
  });

  it('a provider neither takes the place of one of the server nor the name of another maker', async () => {
    const server = await startTestApp({ OPENAI_API_KEY: 'sk-of-the-server' });
    const add = (name: string, kind: string) =>
      server.owner.call('POST', '/providers', {
        name,
        kind,
        api_key: 'k',
        base_url: 'https://example.com/v1',
      });
    assertError(await add('openai', 'openai'), 409, 'CONFLICT');
    assertInvalid(await add('openai', 'openai-compatible'), 'name');
    assertInvalid(await add('anthropic', 'openai'), 'name');
    await server.close();
  });

  it('the catalogue has the built-in model first, then known ones with their prices', async () => {
    const reply = await test.owner.call('GET', '/models');
    assert.partialDeepStrictEqual(at(reply.body, 'models.0'), {
      id: 'sandbox',
      available: true,
      price: { input_usd_per_million: 0, output_usd_per_million: 0, source: 'built-in' },
    });
    const found = await test.owner.call('GET', '/models?q=GPT-4o&provider=openai');
    assert.ok(Number(at(found.body, 'total')) >= 1, found.text);
    assert.partialDeepStrictEqual(at(found.body, 'models.0'), { provider: 'openai', available: false });
    assert.ok(Number(at(found.body, 'models.0.price.input_usd_per_million')) > 0);
  });
});
