import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFixture, OWNER_EMAIL, OWNER_PASSWORD, rejectsWith } from './accounts.fixture.ts';
import type { PasswordHasher } from './password-hasher.ts';

const IP = '192.0.2.7';
const WRONG = 'not-the-password';

describe('signing in', () => {
  it('hands out tokens of the promised form that stand for the person', async () => {
    const { accounts, clock, owner } = await createFixture();
    const { accountId, userId } = await owner();
    const tokens = await accounts.login(` ${OWNER_EMAIL.toUpperCase()} `, OWNER_PASSWORD, { ip: IP });
    assert.equal(tokens.tokenType, 'bearer');
    assert.equal(tokens.expiresInSeconds, 86_400);
    assert.match(tokens.refreshToken, /^rt_[\w-]{43}$/);
    const principal = await accounts.authenticateToken(tokens.accessToken);
    assert.match(principal.sessionId, /^sess_/);
    assert.deepEqual(principal, {
      kind: 'user',
      accountId,
      userId,
      email: OWNER_EMAIL,
      role: 'owner',
      sessionId: principal.sessionId,
      isOperator: true,
      homeAccountId: accountId,
      expiresAt: Math.floor(clock.now() / 1_000) * 1_000 + 86_400_000,
    });
  });

  it('waits for the first owner of a server that answers already', async () => {
    const { accounts } = await createFixture();
    const hasOwner = Promise.withResolvers<void>();
    accounts.holdSignIns(hasOwner.promise);
    const early = [
      accounts.login(OWNER_EMAIL, OWNER_PASSWORD, { ip: IP }),
      accounts.loginWithCookie(OWNER_EMAIL, OWNER_PASSWORD, { ip: IP }),
    ];
    await accounts.createFirstOwner({ email: OWNER_EMAIL, password: OWNER_PASSWORD, creditNanoUsd: 0n });
    hasOwner.resolve();
    assert.equal((await Promise.all(early)).length, 2);
  });

  it('answers a wrong email, a wrong password and a user without one alike, after the same work', async () => {
    let verified = 0;
    const counting: PasswordHasher = {
      hash: async (password) => password,
      verify: async (stored, password) => {
        verified++;
        return stored === password;
      },
    };
    const { accounts, owner } = await createFixture(counting);
    const actor = await owner();
    await accounts.createUser(actor, { email: 'new@example.com', role: 'viewer' });
    verified = 0;
    const attempts = [
      accounts.login('nobody@example.com', OWNER_PASSWORD, { ip: '192.0.2.1' }),
      accounts.login(OWNER_EMAIL, WRONG, { ip: '192.0.2.2' }),
      accounts.login('new@example.com', WRONG, { ip: '192.0.2.3' }),
      accounts.login(OWNER_EMAIL, 'x'.repeat(100_000), { ip: '192.0.2.4' }),
      accounts.login('', '', { ip: '192.0.2.5' }),
    ];
    const errors = await Promise.all(attempts.map((attempt) => rejectsWith(attempt, 'invalid_credentials')));
    assert.deepEqual(new Set(errors.map(({ message }) => message)).size, 1);
    assert.equal(errors[0]?.status, 401);
    assert.equal(verified, attempts.length);
  });

  it('slows who keeps failing, tells the wait, and locks nobody out', async () => {
    const { accounts, clock, owner } = await createFixture();
    await owner();
    const fail = () => accounts.login(OWNER_EMAIL, WRONG, { ip: IP });
    for (let i = 0; i < 5; i++) await rejectsWith(fail(), 'invalid_credentials');
    const waits: number[] = [];
    for (let i = 0; i < 12; i++) {
      const error = await rejectsWith(fail(), 'login_throttled');
      assert.equal(error.status, 429);
      const wait = error.details.retryAfterMs ?? 0;
      waits.push(wait);
      clock.pass(wait - 1);
      await rejectsWith(fail(), 'login_throttled');
      clock.pass(1);
      await rejectsWith(fail(), 'invalid_credentials');
    }
    assert.deepEqual(waits.slice(0, 4), [1_000, 2_000, 4_000, 8_000]);
    assert.equal(Math.max(...waits), 5 * 60_000, 'the wait is bounded');

    await rejectsWith(accounts.login(OWNER_EMAIL, OWNER_PASSWORD, { ip: IP }), 'login_throttled');
    await accounts.login(OWNER_EMAIL, OWNER_PASSWORD, { ip: '198.51.100.1' });
    clock.pass(5 * 60_000);
    await accounts.login(OWNER_EMAIL, OWNER_PASSWORD, { ip: IP });
    await rejectsWith(fail(), 'invalid_credentials');
    await accounts.login(OWNER_EMAIL, OWNER_PASSWORD, { ip: IP });
  });

  it('does not let guesses that are sent at once slip past the throttle', async () => {
    const gate: (() => void)[] = [];
    let guesses = 0;
    let running = 0;
    const slow: PasswordHasher = {
      hash: async (password) => password,
      // One at a time, each when the test lets it.
      verify: async (stored, password, begin) => {
        await new Promise<void>((resolve) => gate.push(resolve));
        begin?.();
        assert.equal(++running, 1);
        guesses++;
        running--;
        return stored === password;
      },
    };
    const { accounts } = await createFixture(slow);
    await accounts.createFirstOwner({ email: OWNER_EMAIL, password: OWNER_PASSWORD, creditNanoUsd: 0n });
    let settled = 0;
    const attempts = Array.from({ length: 50 }, () =>
      accounts.login(OWNER_EMAIL, WRONG, { ip: IP }).catch((error: { code: string }) => {
        settled++;
        return error.code;
      }),
    );
    while (settled < 50) {
      gate.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const codes = await Promise.all(attempts);
    assert.equal(guesses, 5);
    assert.equal(codes.filter((code) => code === 'login_throttled').length, 45);
  });

  it('slows one address that tries many emails', async () => {
    const { accounts, owner } = await createFixture();
    await owner();
    for (let i = 0; i < 100; i++) {
      await rejectsWith(accounts.login(`u${i}@example.com`, WRONG, { ip: IP }), 'invalid_credentials');
    }
    await rejectsWith(accounts.login('fresh@example.com', WRONG, { ip: IP }), 'login_throttled');
    await accounts.login(OWNER_EMAIL, OWNER_PASSWORD, { ip: '198.51.100.1' });
  });
});

describe('a set-up link', () => {
  it('sets the password once, within 7 days', async () => {
    const { accounts, clock, owner } = await createFixture();
    const actor = await owner();
    const { setupToken = '', user } = await accounts.createUser(actor, {
      email: 'bo@example.com',
      role: 'editor',
    });
    assert.equal(user.hasPassword, false);
    const bad = await rejectsWith(accounts.completeSetup(setupToken, 'short'), 'validation_error');
    assert.equal(bad.details.field, 'password');
    clock.pass(7 * 86_400_000 - 1);
    assert.equal((await accounts.completeSetup(setupToken, OWNER_PASSWORD)).hasPassword, true);
    assert.equal((await accounts.login('bo@example.com', OWNER_PASSWORD, { ip: IP })).tokenType, 'bearer');
    await rejectsWith(accounts.completeSetup(setupToken, 'another-good-one'), 'invalid_setup_link');

    const late = await accounts.createUser(actor, { email: 'late@example.com', role: 'editor' });
    clock.pass(7 * 86_400_000);
    await rejectsWith(accounts.completeSetup(late.setupToken ?? '', OWNER_PASSWORD), 'invalid_setup_link');
    for (const garbage of ['', 'setup_', 'null', `setup_${'A'.repeat(43)}`]) {
      await rejectsWith(accounts.completeSetup(garbage, OWNER_PASSWORD), 'invalid_setup_link');
    }
  });

  it('is used by one of many who try at once', async () => {
    const { accounts, owner } = await createFixture();
    const { setupToken = '' } = await accounts.createUser(await owner(), {
      email: 'bo@example.com',
      role: 'viewer',
    });
    const tries = Array.from({ length: 8 }, (_, i) =>
      accounts.completeSetup(setupToken, `engine-number-${i}`),
    );
    const done = await Promise.allSettled(tries);
    assert.equal(done.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  it('for a forgotten password voids the older link and ends the sessions', async () => {
    const { accounts, owner, signIn } = await createFixture();
    const actor = await owner();
    const { user } = await accounts.createUser(actor, {
      email: 'bo@example.com',
      role: 'viewer',
      password: OWNER_PASSWORD,
    });
    const session = await accounts.login('bo@example.com', OWNER_PASSWORD, { ip: IP });
    await accounts.authenticateToken(session.accessToken);
    const first = await accounts.issueSetupLink(actor, user.id);
    const second = await accounts.issueSetupLink(actor, user.id);
    await rejectsWith(accounts.completeSetup(first.setupToken, 'a-newer-password'), 'invalid_setup_link');
    await accounts.authenticateToken(session.accessToken);
    await accounts.completeSetup(second.setupToken, 'a-newer-password');
    await rejectsWith(accounts.authenticateToken(session.accessToken), 'unauthorized');
    await rejectsWith(accounts.refresh(session.refreshToken), 'unauthorized');
    await rejectsWith(signIn('bo@example.com'), 'invalid_credentials');
    await signIn('bo@example.com', 'a-newer-password');
  });
});
