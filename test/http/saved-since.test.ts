import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { pathOfNewObject } from './objects.ts';
import { assertError, assertInvalid } from './replies.ts';

/** Of each kind two changes, by the field that they change. */
const KINDS = [
  { route: '/schedules/:id', code: 'schedule_changed', field: 'name', mine: 'Mine', theirs: 'Theirs' },
  { route: '/webhooks/:id', code: 'webhook_changed', field: 'description', mine: 'Mine', theirs: 'Theirs' },
  { route: '/providers/:id', code: 'provider_changed', field: 'models', mine: ['mine'], theirs: ['theirs'] },
] as const;

describe('If-Match', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp({ MUSTER_TOOL_ALLOW_HOSTS: '127.0.0.1:9' });
  });
  after(() => test.close());

  for (const { route, code, field, mine, theirs } of KINDS) {
    it(`refuses a change or deletion of what somebody else has saved since, and keeps it: ${route}`, async () => {
      const { owner } = test;
      const path = await pathOfNewObject(test, owner, route);
      const tagOf = async () => String((await owner.call('GET', path)).headers.get('etag'));
      const save = (value: unknown, tag: string) =>
        owner.call('PATCH', path, { [field]: value }, { 'if-match': tag });
      const remove = (tag: string) => owner.call('DELETE', path, undefined, { 'if-match': tag });

      const first = await tagOf();
      const saved = await save(mine, first);
      assert.equal(saved.status, 200, saved.text);
      const second = saved.headers.get('etag') ?? '';
      assert.notEqual(second, first);
      assert.equal(await tagOf(), second);
      assert.equal(`"${saved.field('revision')}"`, second, 'in the object, as lists have it, too');
      for (const late of [await save(theirs, first), await remove(first)]) {
        assertError(late, 409, 'CONFLICT');
        assert.equal(late.field('error.details.code'), code);
      }
      assert.deepEqual(at((await owner.call('GET', path)).body, field), mine);
      assertInvalid(await save(theirs, '"a b"'), 'If-Match');

      const racers = await Promise.all([1, 2, 3, 4].map(() => save(theirs, second)));
      assert.deepEqual(racers.map(({ status }) => status).sort(), [200, 409, 409, 409]);
      assert.equal((await save(mine, '*')).status, 200);
      assert.equal((await owner.call('PATCH', path, { [field]: theirs })).status, 200);
      const last = await tagOf();
      assert.equal((await remove(last.slice(1, -1))).status, 204, 'also without quotes');
      assert.equal((await remove(last)).status, 404);
    });
  }

  it('refuses a new secret for a webhook that somebody else has saved since, whose secret stays', async () => {
    const { owner } = test;
    const path = await pathOfNewObject(test, owner, '/webhooks/:id');
    const rotate = (tag: string) =>
      owner.call('POST', `${path}/rotate-secret`, { overlap_hours: 1 }, { 'if-match': tag });
    const first = `"${(await owner.call('GET', path)).field('revision')}"`;
    const rotated = await rotate(first);
    assert.equal(rotated.status, 200, rotated.text);
    const second = rotated.headers.get('etag') ?? '';
    assert.notEqual(second, first);
    const before = await owner.call('GET', path);
    assert.equal(before.headers.get('etag'), second);
    const late = await rotate(first);
    assertError(late, 409, 'CONFLICT');
    assert.equal(late.field('error.details.code'), 'webhook_changed');
    assert.deepEqual((await owner.call('GET', path)).body, before.body);
    assertInvalid(await rotate('"a b"'), 'If-Match');
    assert.equal((await rotate(second)).status, 200);
  });
});
