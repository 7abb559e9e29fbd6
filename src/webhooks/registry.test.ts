import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Registry } from './registry.ts';

const ACCOUNT = 'acct_1';
const subscriber = (id: string) => ({ id, accountId: ACCOUNT, events: ['job.completed' as const] });

it('a webhook that is made, or ends, while all are read is wanted, or not, from that moment on', async () => {
  const registry = new Registry();
  registry.put(subscriber('wh_old'));
  const wanting = () => registry.wanting(ACCOUNT, 'job.completed');
  const read = Promise.withResolvers<void>();
  let stored = [subscriber('wh_old')];
  let reads = 0;
  const refreshed = registry.refresh(async () => {
    reads += 1;
    const found = stored;
    await read.promise;
    return found;
  });
  stored = [subscriber('wh_new')];
  registry.put(subscriber('wh_new'));
  registry.remove(ACCOUNT, 'wh_old');
  assert.deepEqual(wanting(), ['wh_new']);
  read.resolve();
  await refreshed;
  assert.deepEqual(wanting(), ['wh_new']);
  assert.equal(reads, 2);
});
