import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { assertError, assertInvalid } from './replies.ts';

describe('tools', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  it('the list has the built-in ones with the schema of their arguments', async () => {
    const reply = await test.owner.call('GET', '/tools');
    const tools = at(reply.body, 'tools');
    assert.ok(Array.isArray(tools));
    const names = tools.map((tool) => at(tool, 'name'));
    for (const name of [
      'web_search',
      'calculator',
      'file_reader',
      'knowledge_search',
      'http_request',
      'current_time',
    ]) {
      assert.ok(names.includes(name), name);
    }
    assert.partialDeepStrictEqual(
      tools.find((tool) => at(tool, 'name') === 'web_search'),
      { category: 'research', price_usd: 0, parameters: { type: 'object' } },
    );
  });

  it('the list tells which tools the server has yet to be set up for', async () => {
    const needsOf = async (of: TestApp) => {
      const tools = at((await of.owner.call('GET', '/tools')).body, 'tools');
      assert.ok(Array.isArray(tools));
      return Object.fromEntries(tools.map((tool) => [at(tool, 'name'), at(tool, 'needs')]));
    };
    assert.partialDeepStrictEqual(await needsOf(test), {
      web_search: 'TAVILY_API_KEY, BRAVE_API_KEY or SEARXNG_URL',
      http_request: 'MUSTER_HTTP_REQUEST_HOSTS',
      calculator: null,
    });
    const other = await startTestApp({
      BRAVE_API_KEY: 'x',
      MUSTER_HTTP_REQUEST_HOSTS: 'api.example.com',
    });
    try {
      assert.partialDeepStrictEqual(await needsOf(other), { web_search: null, http_request: null });
    } finally {
      await other.close();
    }
  });

  it('one can be tried: what a model would read, also of a failure', async () => {
    const call = (name: string, body: unknown) => test.owner.call('POST', `/tools/${name}/test`, body);
    const sum = await call('calculator', { arguments: { expression: '19 * 3 + 0.5' } });
    assert.equal(sum.status, 200, sum.text);
    assert.partialDeepStrictEqual(sum.body, { name: 'calculator', output: '57.5', is_error: false });
    const wrong = await call('calculator', { arguments: { formula: '1' } });
    assert.equal(wrong.status, 200);
    assert.equal(at(wrong.body, 'is_error'), true);
    assert.match(wrong.field('output'), /expression/);
    assert.equal(at((await call('current_time', {})).body, 'is_error'), false);
    assertInvalid(await call('calculator', { arguments: 'text' }), 'arguments');
    assertInvalid(await call('calculator', { args: {} }), 'args');
    assertError(await call('nothing', { arguments: {} }), 404, 'NOT_FOUND');
  });
});
