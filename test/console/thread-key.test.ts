import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createWidgetTokens } from '../../src/accounts/index.ts';
import { threadKey } from '../../web/src/widget/thread-key.ts';

const SERVER = 'https://muster.test';

it('the widgets of two agents or keys in one place keep conversations of their own, across all their tokens', async () => {
  let made = 0;
  const tokens = createWidgetTokens({
    clock: { now: () => made * 1_000 },
    ids: { next: (prefix) => `${prefix}${++made}` },
    keys: [{ keyId: 'k1', key: Buffer.alloc(32, 7) }],
  });
  const keyOf = async (kind: 'embed' | 'visit', agentId: string, keyId: string) =>
    threadKey(
      SERVER,
      await tokens.sign(kind, { accountId: 'acct_1', keyId, agentId, origins: ['https://ö.test'] }),
    );
  const first = await keyOf('embed', 'agent_1', 'key_1');
  assert.equal(await keyOf('visit', 'agent_1', 'key_1'), first);
  assert.notEqual(await keyOf('embed', 'agent_2', 'key_1'), first);
  assert.notEqual(await keyOf('embed', 'agent_1', 'key_2'), first);
  assert.notEqual(threadKey('https://other.test', 'token'), threadKey(SERVER, 'token'));
  assert.notEqual(threadKey(SERVER, 'one'), threadKey(SERVER, 'two.e30.three'));
});
