import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFixture, rejectsWith } from './accounts.fixture.ts';

const OWNER = { email: 'grace@example.com', password: 'engine-of-difference' };

describe('the deletion of an account, for what was let in before it', () => {
  it('leaves no user, no key, no session and no sandbox of those that are being made', async () => {
    let meanwhile = Promise.resolve();
    const { accounts, signIn, owner } = await createFixture({
      hash: async (password) => {
        await meanwhile;
        return password;
      },
      verify: async (stored, password) => {
        await meanwhile;
        return stored === password;
      },
    });
    await owner();
    const input = { ...{ ownerEmail: OWNER.email, ownerPassword: OWNER.password }, creditNanoUsd: 0n };
    const { account } = await accounts.createAccount({ ...input, name: 'Gone' });
    const person = await signIn(OWNER.email, OWNER.password);

    let goOn = (): void => undefined;
    meanwhile = new Promise((resolve) => {
      goOn = resolve;
    });
    const colleague = { email: 'beside@example.com', role: 'viewer', password: 'difference-of-engines' };
    const place = { ip: '127.0.0.1' };
    const ends = Promise.all([
      rejectsWith(accounts.createUser(person, colleague), 'unauthorized'),
      rejectsWith(accounts.login(OWNER.email, OWNER.password, place), 'invalid_credentials'),
      rejectsWith(accounts.loginWithCookie(OWNER.email, OWNER.password, place), 'invalid_credentials'),
    ]);
    await accounts.deleteAccount(account.id, 'Gone');
    goOn();
    await ends;
    await rejectsWith(accounts.createKey(account.id, { name: 'Late' }, undefined), 'unauthorized');
    await rejectsWith(accounts.openSandbox(person), 'unauthorized');
    assert.equal((await accounts.listUsers(account.id, { page: 1, limit: 10 })).total, 0);
  });
});
