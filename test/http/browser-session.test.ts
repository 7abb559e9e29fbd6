import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PASSWORD, type Reply, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { assertError, assertInvalid } from './replies.ts';

const OURS = { 'x-muster-console': '1' };

describe("a browser's session", () => {
  let test: TestApp;
  let proxied: TestApp;
  before(async () => {
    test = await startTestApp();
    proxied = await startTestApp({ MUSTER_TRUST_PROXY: '1' });
  });
  after(async () => {
    await test.close();
    await proxied.close();
  });

  const open = (email: string, headers: Record<string, string> = {}, app = test): Promise<Reply> =>
    app.request('POST', '/api/v1/auth/session', { body: { email, password: PASSWORD }, headers });
  const cookieOf = (reply: Reply): string => reply.headers.get('set-cookie')?.split(';')[0] ?? '';
  const openNew = async (): Promise<string> =>
    cookieOf(await open((await test.addPerson(test.owner, 'editor')).email));
  const call = (
    method: string,
    path: string,
    cookie: string,
    headers: Record<string, string> = {},
    body?: unknown,
  ) => test.request(method, `/api/v1${path}`, { headers: { cookie, ...headers }, body });

  it('is a cookie that scripts cannot read and other sites cannot send, and no token in the reply', async () => {
    const reply = await open(test.owner.email);
    assert.equal(reply.status, 200);
    assert.deepEqual(reply.body, { expires_in: 604_800 });
    assert.match(
      reply.headers.get('set-cookie') ?? '',
      /^muster_session=[\w.-]+; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/,
    );
  });

  it('is Secure and bound to the host when a trusted proxy says that there is TLS, and to nobody else', async () => {
    const secure = await open(proxied.owner.email, { 'x-forwarded-proto': 'https' }, proxied);
    assert.match(secure.headers.get('set-cookie') ?? '', /^__Host-muster_session=.*; Secure$/);
    const untrusted = await open(test.owner.email, { 'x-forwarded-proto': 'https' });
    assert.doesNotMatch(untrusted.headers.get('set-cookie') ?? '', /Secure|__Host/);
  });

  it('reads, and changes what the console itself asks for', async () => {
    const cookie = await openNew();
    assert.equal((await call('GET', '/auth/me', cookie)).field('role'), 'editor');
    const body = { name: 'By cookie', model: 'sandbox' };
    const same = { ...OURS, origin: test.url, 'sec-fetch-site': 'same-origin' };
    assert.equal((await call('POST', '/agents', cookie, same, body)).status, 201);
    assertError(await call('GET', '/users', cookie), 403, 'FORBIDDEN');
  });

  it('refuses what a page of another origin makes the browser send, and changes nothing', async () => {
    const cookie = await openNew();
    const count = async () => (await call('GET', '/agents', cookie)).text;
    const before = await count();
    const body = { name: 'Forged', model: 'sandbox' };
    for (const headers of [
      {},
      { origin: test.url },
      { ...OURS, origin: 'https://evil.example' },
      { ...OURS, origin: 'null' },
      { ...OURS, origin: test.url.replace(/\d+$/, '1') },
      { ...OURS, 'sec-fetch-site': 'cross-site' },
      { ...OURS, 'sec-fetch-site': 'same-site' },
    ]) {
      assertError(await call('POST', '/agents', cookie, headers, body), 403, 'FORBIDDEN');
    }
    assert.equal(await count(), before);
    assertError(await call('GET', '/agents', cookie, { 'sec-fetch-site': 'cross-site' }), 403, 'FORBIDDEN');
    const foreign = await open(test.owner.email, { origin: 'https://evil.example' });
    assertError(foreign, 403, 'FORBIDDEN');
    assert.equal(foreign.headers.get('set-cookie'), null, 'nobody is signed in by another page');
  });

  it('ends at once with a sign-out, which takes the cookie away', async () => {
    const cookie = await openNew();
    const out = await call('POST', '/auth/logout', cookie, OURS);
    assert.equal(out.status, 204);
    assert.match(out.headers.get('set-cookie') ?? '', /^muster_session=; Path=\/; Max-Age=0/);
    assertError(await call('GET', '/auth/me', cookie), 401, 'UNAUTHORIZED');
  });

  it('ends when its person is removed, and when the password is changed elsewhere', async () => {
    const removed = await test.addPerson(test.owner, 'viewer');
    const cookie = cookieOf(await open(removed.email));
    await test.owner.call('DELETE', `/users/${removed.userId}`);
    assertError(await call('GET', '/auth/me', cookie), 401, 'UNAUTHORIZED');

    const person = await test.addPerson(test.owner, 'viewer');
    const other = cookieOf(await open(person.email));
    const passwords = { current_password: PASSWORD, new_password: 'a better passphrase' };
    assert.equal((await person.call('PUT', '/auth/password', passwords)).status, 204);
    assertError(await call('GET', '/auth/me', other), 401, 'UNAUTHORIZED');
  });

  it('is no access token, an access token is no cookie, and neither works altered', async () => {
    const cookie = await openNew();
    const [, token = ''] = cookie.split('=');
    // Twice: what the first attempt has left in a cache must not help the second.
    for (const _ of [1, 2]) {
      assertError(await test.request('GET', '/api/v1/auth/me', { token }), 401, 'UNAUTHORIZED');
      assertError(await call('GET', '/auth/me', `muster_session=${test.owner.token}`), 401, 'UNAUTHORIZED');
      assertError(await call('GET', '/auth/me', cookie.replace(/.{3}$/, 'AAA')), 401, 'UNAUTHORIZED');
    }
    const agents = await test.request('GET', '/api/agents/v1/models', { headers: { cookie } });
    assert.equal(agents.status, 401, 'the Agents API takes credentials from a header only');
  });

  it('a one-time link sets the password and signs in; the request names one of email and link', async () => {
    const made = await test.owner.call('POST', '/users', { email: 'linked@example.com', role: 'viewer' });
    const setup_token = made.field('setup_token');
    const post = (body: unknown) => test.request('POST', '/api/v1/auth/session', { body });
    assertInvalid(await post({ setup_token, password: 'short' }), 'password');
    assertInvalid(await post({ password: PASSWORD }), 'email');
    assertInvalid(await post({ email: 'linked@example.com', setup_token, password: PASSWORD }), 'email');
    const done = await post({ setup_token, password: PASSWORD });
    assert.equal((await call('GET', '/auth/me', cookieOf(done))).field('email'), 'linked@example.com');
    assert.equal((await post({ setup_token, password: PASSWORD })).status, 400);
  });
});
