import assert from 'node:assert/strict';
import { it } from 'node:test';
import { noSignals } from '../db/index.ts';
import { createFixture } from './accounts.fixture.ts';
import type { Principal, Revocation } from './types.ts';

it('what is open ends with its credential also where its revocation was not heard of, and only that', async () => {
  const { accounts, another, owner } = await createFixture();
  const { accountId, userId } = await owner();
  const signIn = async () =>
    accounts.authenticateToken(
      (await accounts.login('ada@example.com', 'engine-of-difference', { ip: '192.0.2.1' })).accessToken,
    );
  const [ended, live] = [await signIn(), await signIn()];
  const keyOf = async (name: string): Promise<Principal> =>
    accounts.authenticateKey((await accounts.createKey(accountId, { name }, userId)).key);
  const [revoked, disabled, good] = [await keyOf('a'), await keyOf('b'), await keyOf('c')];
  const idOf = (principal: Principal) => (principal.kind === 'key' ? principal.keyId : principal.sessionId);

  const gaps: (() => void)[] = [];
  const elsewhere = another(undefined, { ...noSignals, onGap: (listener) => void gaps.push(listener) });
  const heard: Revocation[] = [];
  const all = Promise.withResolvers<void>();
  const open: Principal[] = [ended, live, revoked, disabled, good, ended];
  elsewhere.onRevoked(
    (revocation) => {
      heard.push(revocation);
      if (heard.length === 3) all.resolve();
    },
    () => open,
  );
  await accounts.logout(ended);
  await accounts.revokeKey(accountId, idOf(revoked));
  await accounts.updateKey(accountId, idOf(disabled), { disabled: true });
  assert.deepEqual(heard, []);

  for (const listener of gaps) listener();
  await all.promise;
  assert.deepEqual(heard, [
    { kind: 'session', accountId, sessionId: idOf(ended), why: 'revoked' },
    { kind: 'key', accountId, keyId: idOf(revoked), why: 'revoked' },
    { kind: 'key', accountId, keyId: idOf(disabled), why: 'disabled' },
  ]);
});

it('an end that another process tells of without saying why, as an older version does, is heard of', async () => {
  const { another } = await createFixture();
  let hear = (_: string): void => assert.fail('nobody listens');
  const elsewhere = another(undefined, {
    ...noSignals,
    subscribe: (_channel, listener) => {
      hear = listener;
    },
  });
  const heard: Revocation[] = [];
  elsewhere.onRevoked((revocation) => heard.push(revocation));
  hear(JSON.stringify({ kind: 'key', accountId: 'acct_1', keyId: 'key_1' }));
  hear(JSON.stringify({ kind: 'account', accountId: 'acct_1', why: 'suspended' }));
  assert.deepEqual(heard, [
    { kind: 'key', accountId: 'acct_1', keyId: 'key_1', why: 'revoked' },
    { kind: 'account', accountId: 'acct_1', why: 'suspended' },
  ]);
});
