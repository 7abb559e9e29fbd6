import assert from 'node:assert/strict';
import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { SignJWT } from 'jose';
import { createSecretBox } from '../lib/secrets.ts';
import { createFixture, type Fixture, OWNER_EMAIL, OWNER_PASSWORD, rejectsWith } from './accounts.fixture.ts';
import type { Revocation } from './types.ts';

const DAY = 86_400_000;
const signedIn = async (): Promise<Fixture & { login: () => ReturnType<Fixture['accounts']['login']> }> => {
  const fixture = await createFixture();
  await fixture.owner();
  return {
    ...fixture,
    login: () => fixture.accounts.login(OWNER_EMAIL, OWNER_PASSWORD, { ip: '192.0.2.1' }),
  };
};

describe('access tokens', async () => {
  const shared = await signedIn();

  it('are refused when forged, altered, of another kind or of another server', async () => {
    const { accounts, clock, secretKey, login } = shared;
    const { accessToken, refreshToken } = await login();
    const [header = '', payload = '', signature = ''] = accessToken.split('.');
    const decoded = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const box = createSecretBox({ current: secretKey });
    const [{ key, keyId }] = box.derive('access-token');
    const good = { alg: 'HS256', typ: 'at+jwt', kid: keyId };
    const sign = (claims: object, head: object = good, secret: Buffer = key) => {
      const text = `${part(head)}.${part(claims)}`;
      return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
    };
    assert.equal(
      (await accounts.authenticateToken(sign(decoded))).email,
      OWNER_EMAIL,
      'the forger knows the form',
    );

    const now = Math.floor(clock.now() / 1_000);
    const { exp: _exp, ...endless } = decoded;
    const { sid: _sid, ...sessionless } = decoded;
    const forged: Record<string, string> = {
      'alg none': `${part({ ...good, alg: 'none' })}.${payload}.`,
      'alg nOnE': `${part({ ...good, alg: 'nOnE' })}.${payload}.${signature}`,
      'another key': sign(decoded, good, randomBytes(32)),
      'the secret key itself': sign(decoded, good, secretKey),
      'the sealing key': sign(decoded, good, box.derive('seal')[0].key),
      'unknown kid': sign(decoded, { ...good, kid: '../../dev/null' }),
      'no kid': sign(decoded, { alg: 'HS256', typ: 'at+jwt' }),
      'no typ': sign(decoded, { alg: 'HS256', kid: keyId }),
      'typ JWT': sign(decoded, { ...good, typ: 'JWT' }),
      'unknown crit': sign(decoded, { ...good, crit: ['x'], x: 1 }),
      'HS512 header': sign(decoded, { ...good, alg: 'HS512' }),
      'another issuer': sign({ ...decoded, iss: 'evil' }),
      'another audience': sign({ ...decoded, aud: 'evil' }),
      expired: sign({ ...decoded, exp: now }),
      'exp as text': sign({ ...decoded, exp: String(now + 999) }),
      'no exp': sign(endless),
      'not yet': sign({ ...decoded, nbf: now + 60 }),
      'no session': sign(sessionless),
      'unknown session': sign({ ...decoded, sid: 'sess_x' }),
      'another account': sign({ ...decoded, acc: 'acct_x' }),
      'another user': sign({ ...decoded, sub: 'user_x' }),
      'altered payload': `${header}.${part({ ...decoded, acc: 'acct_x' })}.${signature}`,
      'cut signature': accessToken.slice(0, -2),
      'a refresh token': refreshToken,
      garbage: 'null',
      long: `${'a'.repeat(9_000)}.b.c`,
    };
    for (const [kind, token] of Object.entries(forged)) {
      const error = await rejectsWith(accounts.authenticateToken(token), 'unauthorized').catch((reason) => {
        throw new Error(kind, { cause: reason });
      });
      assert.equal(error.status, 401);
    }
    await rejectsWith(accounts.authenticateToken(undefined), 'unauthorized');
    await rejectsWith(accounts.refresh(accessToken), 'unauthorized');

    const stranger = await signedIn();
    await rejectsWith(accounts.authenticateToken((await stranger.login()).accessToken), 'unauthorized');
    const { privateKey } = (await import('node:crypto')).generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rsa = await new SignJWT(decoded).setProtectedHeader({ ...good, alg: 'RS256' }).sign(privateKey);
    await rejectsWith(accounts.authenticateToken(rsa), 'unauthorized');
    const longer = await new SignJWT(decoded)
      .setProtectedHeader({ ...good, alg: 'HS512' })
      .sign(createSecretKey(Buffer.concat([key, key])));
    await rejectsWith(accounts.authenticateToken(longer), 'unauthorized');
  });

  it('live for a day and no second longer, cached or not', async () => {
    const { accounts, clock, another, login } = shared;
    const { accessToken } = await login();
    clock.pass(DAY - 500);
    await accounts.authenticateToken(accessToken);
    clock.pass(500);
    await rejectsWith(accounts.authenticateToken(accessToken), 'unauthorized');
    await rejectsWith(another().authenticateToken(accessToken), 'unauthorized');
  });

  it('still count after the secret key was rotated, as long as the previous key is known', async () => {
    const { another, secretKey, login, accounts } = shared;
    const { accessToken, refreshToken } = await login();
    const fresh = randomBytes(32);
    const rotated = another(createSecretBox({ current: fresh, previous: secretKey }));
    await rotated.authenticateToken(accessToken);
    const next = await rotated.refresh(refreshToken);
    await rotated.authenticateToken(next.accessToken);
    await rejectsWith(accounts.authenticateToken(next.accessToken), 'unauthorized');
    const forgotten = another(createSecretBox({ current: fresh }));
    await rejectsWith(forgotten.authenticateToken(accessToken), 'unauthorized');
    await forgotten.authenticateToken(next.accessToken);
  });

  it('are dead from the moment that logout returns, with the refresh token, and listeners hear of it', async () => {
    const { accounts, another, clock, login } = shared;
    const [mine, other] = [await login(), await login()];
    const principal = await accounts.authenticateToken(mine.accessToken);
    const elsewhere = another();
    await elsewhere.authenticateToken(mine.accessToken);
    const heard: Revocation[] = [];
    accounts.onRevoked((revocation) => heard.push(revocation));
    const underWay = accounts.authenticateToken(mine.accessToken);
    const loggedOut = accounts.logout(principal);
    await underWay;
    await loggedOut;
    await rejectsWith(accounts.authenticateToken(mine.accessToken), 'unauthorized');
    await rejectsWith(accounts.refresh(mine.refreshToken), 'unauthorized');
    assert.deepEqual(heard, [
      { kind: 'session', accountId: principal.accountId, sessionId: principal.sessionId, why: 'revoked' },
    ]);
    await accounts.authenticateToken(other.accessToken);
    clock.pass(1_000);
    await rejectsWith(elsewhere.authenticateToken(mine.accessToken), 'unauthorized');
    await accounts.logout(principal);
  });

  it('carry the role that the person has now', async () => {
    const { accounts, owner, signIn } = await createFixture();
    const actor = await owner();
    await accounts.createUser(actor, { email: 'bo@example.com', role: 'admin', password: OWNER_PASSWORD });
    const { accessToken } = await accounts.login('bo@example.com', OWNER_PASSWORD, { ip: '192.0.2.1' });
    const { role, userId } = await accounts.authenticateToken(accessToken);
    assert.equal(role, 'admin');
    await accounts.updateUser(actor, userId, { role: 'viewer' });
    assert.equal((await accounts.authenticateToken(accessToken)).role, 'viewer');
    await accounts.deleteUser(actor, userId);
    await rejectsWith(accounts.authenticateToken(accessToken), 'unauthorized');
    await rejectsWith(signIn('bo@example.com'), 'invalid_credentials');
  });

  it('tell themselves from agent keys where both are taken', async () => {
    const { accounts, login } = shared;
    const { accessToken } = await login();
    const { accountId } = await accounts.authenticateToken(accessToken);
    const { key } = await accounts.createKey(accountId, { name: 'K' }, undefined);
    assert.equal((await accounts.authenticate(accessToken)).kind, 'user');
    assert.equal((await accounts.authenticate(key)).kind, 'key');
    await rejectsWith(accounts.authenticate(undefined), 'missing_api_key');
    await rejectsWith(accounts.authenticate('hello'), 'invalid_api_key');
    await rejectsWith(accounts.authenticate('sk-a.b.c'), 'invalid_api_key');
    await rejectsWith(accounts.authenticate('a.b.c'), 'unauthorized');
    await rejectsWith(accounts.authenticateToken(key), 'unauthorized');
    await rejectsWith(accounts.authenticateKey(accessToken), 'invalid_api_key');
  });
});

describe('refresh tokens', async () => {
  const shared = await signedIn();

  it('rotate, and keep the session going without the password', async () => {
    const { accounts, clock, db, login } = shared;
    let tokens = await login();
    const { sessionId } = await accounts.authenticateToken(tokens.accessToken);
    for (let day = 0; day < 4; day++) {
      clock.pass(6 * DAY);
      const next = await accounts.refresh(tokens.refreshToken);
      assert.notEqual(next.refreshToken, tokens.refreshToken);
      assert.equal((await accounts.authenticateToken(next.accessToken)).sessionId, sessionId);
      tokens = next;
    }
    const stored = JSON.stringify(await db.all(db.build.selectFrom('refresh_tokens').selectAll()));
    assert.ok(!stored.includes(tokens.refreshToken), 'only hashes are stored');
  });

  it('that are used twice end the whole family, access tokens too', async () => {
    const { accounts, clock, login } = shared;
    const first = await login();
    const bystander = await login();
    const second = await accounts.refresh(first.refreshToken);
    const third = await accounts.refresh(second.refreshToken);
    clock.pass(10_001);
    await rejectsWith(accounts.refresh(second.refreshToken), 'unauthorized');
    await rejectsWith(accounts.refresh(third.refreshToken), 'unauthorized');
    for (const { accessToken } of [first, second, third]) {
      await rejectsWith(accounts.authenticateToken(accessToken), 'unauthorized');
    }
    await accounts.authenticateToken(bystander.accessToken);
  });

  it('whose reply was lost give the same successor again for 10 s', async () => {
    const { accounts, clock, another, login } = shared;
    const first = await login();
    const second = await accounts.refresh(first.refreshToken);
    clock.pass(10_000);
    const again = await another().refresh(first.refreshToken);
    assert.equal(again.refreshToken, second.refreshToken);
    await accounts.authenticateToken(again.accessToken);
    await accounts.refresh(second.refreshToken);
  });

  it('give no second chance once their successor was used: a grandparent ends the family', async () => {
    const { accounts, login } = shared;
    const first = await login();
    const second = await accounts.refresh(first.refreshToken);
    const third = await accounts.refresh(second.refreshToken);
    await rejectsWith(accounts.refresh(first.refreshToken), 'unauthorized');
    await rejectsWith(accounts.refresh(third.refreshToken), 'unauthorized');
  });

  it('used at once by several requests give all of them one and the same successor', async () => {
    const { accounts, another, db, login } = await signedIn();
    const { refreshToken } = await login();
    const elsewhere = another();
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, i) => (i % 2 ? accounts : elsewhere).refresh(refreshToken)),
    );
    assert.equal(new Set(results.map((tokens) => tokens.refreshToken)).size, 1);
    const rows = await db.all(db.build.selectFrom('refresh_tokens').selectAll().where('used_at', 'is', null));
    assert.equal(rows.length, 2, "the owner's own session and the one successor");
  });

  it('die after 7 idle days, and after 30 days whatever happens', async () => {
    const { accounts, clock, login } = shared;
    const idle = await login();
    clock.pass(7 * DAY);
    await rejectsWith(accounts.refresh(idle.refreshToken), 'unauthorized');

    let { refreshToken, accessToken } = await login();
    for (let day = 0; day < 29; day++) {
      clock.pass(DAY);
      ({ refreshToken, accessToken } = await accounts.refresh(refreshToken));
    }
    clock.pass(DAY - 1);
    ({ refreshToken, accessToken } = await accounts.refresh(refreshToken));
    clock.pass(1);
    await rejectsWith(accounts.refresh(refreshToken), 'unauthorized');
    clock.pass(DAY - 2_000);
    await accounts.authenticateToken(accessToken);
  });

  it('are refused as garbage, unknown, and of a suspended account', async () => {
    const { accounts } = shared;
    for (const garbage of ['', 'rt_', 'null', `rt_${'A'.repeat(43)}`, `rt_${'A'.repeat(44)}`]) {
      await rejectsWith(accounts.refresh(garbage), 'unauthorized');
    }
    const other = {
      name: 'B',
      ownerEmail: 'b@example.com',
      ownerPassword: OWNER_PASSWORD,
      creditNanoUsd: 0n,
    };
    const { account } = await accounts.createAccount(other);
    const loginThere = () => accounts.login('b@example.com', OWNER_PASSWORD, { ip: '192.0.2.1' });
    const tokens = await loginThere();
    await accounts.authenticateToken(tokens.accessToken);
    await accounts.updateAccount(account.id, { status: 'suspended' });
    await rejectsWith(accounts.refresh(tokens.refreshToken), 'account_suspended');
    await rejectsWith(accounts.authenticateToken(tokens.accessToken), 'account_suspended');
    await rejectsWith(loginThere(), 'account_suspended');
    await accounts.updateAccount(account.id, { status: 'active' });
    await accounts.refresh(tokens.refreshToken);
  });
});

describe('housekeeping', async () => {
  const shared = await signedIn();

  it('forgets sessions that ended a day ago with their tokens, and no other', async () => {
    const { accounts, clock, db, login } = shared;
    const [ended, live] = [await login(), await login()];
    await accounts.logout(await accounts.authenticateToken(ended.accessToken));
    assert.equal(await accounts.deleteEndedSessions(), 0);
    clock.pass(DAY + 1);
    assert.equal(await accounts.deleteEndedSessions(), 1);
    const rows = await db.all(db.build.selectFrom('refresh_tokens').select('hash'));
    assert.equal(rows.length, 2);
    await accounts.refresh(live.refreshToken);
  });
});
