import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { assertInvalid } from './replies.ts';

const LISTS = {
  '/agents': 'agents',
  '/crews': 'crews',
  '/tasks': 'tasks',
  '/executions': 'executions',
  '/agent-keys': 'keys',
  '/users': 'users',
  '/accounts': 'accounts',
  '/providers': 'providers',
  '/models': 'models',
  '/usage': 'usage',
  '/audit': 'entries',
  '/conversations': 'conversations',
  '/tools': 'tools',
};

describe('every list', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  for (const [path, name] of Object.entries(LISTS)) {
    it(`${path} carries ${name}, total and page, and keeps the bounds of its query`, async () => {
      const get = (query: string) => test.owner.call('GET', `${path}${query}`);
      const first = await get('');
      assert.equal(first.status, 200, first.text);
      const entries = at(first.body, name);
      assert.ok(Array.isArray(entries));
      assert.ok(entries.length <= 20);
      assert.equal(at(first.body, 'page'), 1);
      assert.ok(Number(at(first.body, 'total')) >= entries.length);
      const far = await get('?page=1000&limit=100');
      assert.deepEqual(at(far.body, name), []);
      assert.equal(at(far.body, 'page'), 1000);
      for (const wrong of [
        'page=0',
        'page=-1',
        'page=1.5',
        'page=x',
        'page=',
        'page=1&page=2',
        'page=1e30',
      ]) {
        assertInvalid(await get(`?${wrong}`), 'page');
      }
      for (const wrong of ['limit=0', 'limit=101', 'limit=all'])
        assertInvalid(await get(`?${wrong}`), 'limit');
      assertInvalid(await get('?nothing=1'), 'nothing');
    });
  }
});
