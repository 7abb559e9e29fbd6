import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { manualTime } from '../testing/manual-time.ts';
import { until } from '../testing/until.ts';
import { createFixture, OWNER_EMAIL, OWNER_PASSWORD } from './accounts.fixture.ts';
import { isRevoked } from './is-revoked.ts';
import type { Principal } from './types.ts';

const HOUR = 3_600_000;

describe('what is open with a credential', () => {
  async function start() {
    const fixture = await createFixture();
    const owner = await fixture.owner();
    const time = manualTime();
    const here = fixture.another(undefined, undefined, time.timers);
    const open = new Map<string, Principal>();
    const stop = here.onRevoked(
      (revocation) => {
        for (const [name, principal] of open) if (isRevoked(principal, revocation)) open.delete(name);
      },
      () => open.values(),
    );
    const pass = (ms: number) => {
      fixture.clock.pass(ms);
      time.advance(1_000);
    };
    return { ...fixture, owner, here, open, pass, stop, time };
  }

  it('ends within a second after its token expires, beside a newer token of the same session that goes on', async () => {
    const { accounts, here, open, pass } = await start();
    const first = await accounts.login(OWNER_EMAIL, OWNER_PASSWORD, { ip: '192.0.2.1' });
    open.set('first', await here.authenticateToken(first.accessToken));
    pass(23 * HOUR);
    const second = await accounts.refresh(first.refreshToken);
    open.set('second', await here.authenticateToken(second.accessToken));
    pass(HOUR - 1_000);
    assert.deepEqual([...open.keys()], ['first', 'second']);
    pass(1_000);
    assert.deepEqual([...open.keys()], ['second']);
    pass(23 * HOUR);
    assert.deepEqual([...open.keys()], []);
  });

  it('ends when its key expires, unless that was given more time', async () => {
    const { accounts, clock, here, open, owner, pass } = await start();
    const { accountId, userId } = owner;
    const expiresAt = clock.now() + HOUR;
    const [short, longer, endless] = await Promise.all([
      accounts.createKey(accountId, { name: 'short', expiresAt }, userId),
      accounts.createKey(accountId, { name: 'longer', expiresAt }, userId),
      accounts.createKey(accountId, { name: 'endless' }, userId),
    ]);
    for (const { name, key } of [short, longer, endless]) open.set(name, await here.authenticateKey(key));
    await accounts.updateKey(accountId, longer.id, { expiresAt: expiresAt + HOUR });
    pass(HOUR);
    await until('the key to end what is open', () => !open.has('short'));
    assert.deepEqual([...open.keys()], ['longer', 'endless']);
    pass(HOUR);
    await until('the other to end too', () => !open.has('longer'));
    assert.deepEqual([...open.keys()], ['endless']);
  });

  it('is not looked at any more when nobody keeps anything open', async () => {
    const { stop, time } = await start();
    assert.equal(time.pending, 1);
    stop();
    assert.equal(time.pending, 0);
  });
});
