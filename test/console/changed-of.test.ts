import assert from 'node:assert/strict';
import { it } from 'node:test';
import { changedOf } from '../../web/src/ui/changed-of.ts';

it('a form sends what was changed in it, also when it was emptied, and nothing else', () => {
  const before = { name: 'a', models: ['x'], limit: 5 as number | null, note: '' };
  assert.deepEqual(changedOf({ ...before, models: ['x'] }, before), {});
  assert.deepEqual(changedOf({ ...before, models: ['x', 'y'], limit: null }, before), {
    models: ['x', 'y'],
    limit: null,
  });
});
