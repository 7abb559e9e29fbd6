import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFixture, OWNER_EMAIL, OWNER_PASSWORD, rejectsWith } from './accounts.fixture.ts';

const DAY = 86_400_000;
const signedIn = async () => {
  const fixture = await createFixture();
  await fixture.owner();
  const { token } = await fixture.accounts.loginWithCookie(OWNER_EMAIL, OWNER_PASSWORD, { ip: '192.0.2.1' });
  return { ...fixture, token };
};

describe("a browser's session", () => {
  it('goes on as long as it is used within a week, with a new cookie a day', async () => {
    const { accounts, clock, token } = await signedIn();
    let cookie = token;
    assert.equal((await accounts.authenticateCookie(cookie)).renewed, undefined, 'not made anew at once');
    for (let week = 0; week < 4; week++) {
      clock.pass(6 * DAY);
      const { principal, renewed } = await accounts.authenticateCookie(cookie);
      assert.equal(principal.email, OWNER_EMAIL);
      assert.ok(renewed && renewed.token !== cookie);
      // A reply that was lost costs nothing: the cookie before is good as well.
      await accounts.authenticateCookie(cookie);
      cookie = renewed.token;
    }
  });

  it('ends when it was not used for a week, and after a month however busy', async () => {
    const idle = await signedIn();
    idle.clock.pass(7 * DAY + 1_000);
    await rejectsWith(idle.accounts.authenticateCookie(idle.token), 'unauthorized');

    const busy = await signedIn();
    let cookie = busy.token;
    for (let day = 0; day < 31; day++) {
      cookie = (await busy.accounts.authenticateCookie(cookie)).renewed?.token ?? cookie;
      busy.clock.pass(DAY);
    }
    await rejectsWith(busy.accounts.authenticateCookie(cookie), 'unauthorized');
  });

  it('ends with a sign-out here at once, and in another process within a second', async () => {
    const { accounts, another, clock, token } = await signedIn();
    const elsewhere = another();
    const { principal } = await accounts.authenticateCookie(token);
    await elsewhere.authenticateCookie(token);
    await accounts.logout(principal);
    await rejectsWith(accounts.authenticateCookie(token), 'unauthorized');
    clock.pass(1_000);
    await rejectsWith(elsewhere.authenticateCookie(token), 'unauthorized');
  });
});
