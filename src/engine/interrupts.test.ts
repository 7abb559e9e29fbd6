import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinBranches, Suspended } from './interrupts.ts';

test('branches are joined when the last is over: values in order, an error before a wait', async () => {
  assert.deepEqual(await joinBranches([Promise.resolve(1), Promise.resolve(2)]), [1, 2]);
  const waiting = () => Promise.reject(new Suspended('waits'));
  const late = Promise.withResolvers<number>();
  let over = false;
  const joined = joinBranches([waiting(), late.promise]).finally(() => {
    over = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(over, false, 'the other branch goes on');
  late.resolve(2);
  await assert.rejects(joined, Suspended);
  const failed = Promise.reject(new Error('broken'));
  await assert.rejects(joinBranches([waiting(), failed]), /broken/);
});
