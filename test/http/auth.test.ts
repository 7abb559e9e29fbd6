import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at, PASSWORD, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { assertError, assertInvalid } from './replies.ts';

describe('signing in', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  const login = (email: string, password: string) =>
    test.request('POST', '/api/v1/auth/login', { body: { email, password } });

  it('gives tokens that open the API, in the form of the contract', async () => {
    const reply = await login('owner@example.com', PASSWORD);
    assert.equal(reply.status, 200);
    assert.deepEqual(Object.keys(Object(reply.body)).sort(), [
      'access_token',
      'expires_in',
      'refresh_token',
      'token_type',
    ]);
    assert.equal(at(reply.body, 'expires_in'), 86_400);
    assert.equal(reply.field('token_type'), 'bearer');
    const me = await test.request('GET', '/api/v1/auth/me', { token: reply.field('access_token') });
    assert.equal(me.field('email'), 'owner@example.com');
    assert.equal(me.field('role'), 'owner');
    assert.equal(at(me.body, 'is_operator'), true);
  });

  it('says the same to a wrong password and to an unknown email', async () => {
    const wrong = await login('owner@example.com', 'not the password');
    const unknown = await login('nobody@example.com', 'not the password');
    assertError(wrong, 401, 'UNAUTHORIZED');
    assert.equal(unknown.status, 401);
    assert.equal(unknown.field('error.message'), wrong.field('error.message'));
    assert.equal(wrong.headers.get('www-authenticate'), 'Bearer');
  });

  it('names the field that is missing, wrong or unknown', async () => {
    const post = (body: unknown) => test.request('POST', '/api/v1/auth/login', { body });
    assertInvalid(await post({ email: 'owner@example.com' }), 'password');
    assertInvalid(await post({ email: 1, password: 'x' }), 'email');
    assertInvalid(await post({ email: 'a@b.c', password: 'x', extra: true }), 'extra');
    assertInvalid(await post('{"email":'), 'body');
    assertInvalid(await post('{"email":"a@b.c","email":"c@d.e","password":"x"}'), 'body');
    assertError(
      await test.request('POST', '/api/v1/auth/login', {
        body: 'email=a',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    );
  });

  it('slows who keeps failing, and says for how long', async () => {
    const replies = [];
    for (let i = 0; i < 8; i++) replies.push(await login('slow@example.com', 'not the password'));
    const throttled = replies.find(({ status }) => status === 429);
    assert.ok(throttled);
    assert.equal(throttled.field('error.code'), 'RATE_LIMIT');
    assert.ok(Number(throttled.headers.get('retry-after')) >= 1);
  });

  it('a refresh token works once; its second use ends the session', async () => {
    const person = await test.addPerson(test.owner, 'viewer');
    const refresh = (refresh_token: string) =>
      test.request('POST', '/api/v1/auth/refresh', { body: { refresh_token } });
    const first = await refresh(person.refreshToken);
    assert.equal(first.status, 200);
    assert.equal(at(first.body, 'expires_in'), 86_400);
    const second = await refresh(first.field('refresh_token'));
    assert.equal(second.status, 200);
    // Its successor has been used, so this is no lost reply that is asked for again.
    assertError(await refresh(person.refreshToken), 401, 'UNAUTHORIZED');
    assertError(await refresh(second.field('refresh_token')), 401, 'UNAUTHORIZED');
    const byAccess = await test.request('GET', '/api/v1/auth/me', { token: second.field('access_token') });
    assertError(byAccess, 401, 'UNAUTHORIZED');
    assertInvalid(await test.request('POST', '/api/v1/auth/refresh', { body: {} }), 'refresh_token');
  });

  it('signing out ends the access and the refresh token at once', async () => {
    const person = await test.addPerson(test.owner, 'viewer');
    assert.equal((await person.call('GET', '/agents')).status, 200);
    const out = await person.call('POST', '/auth/logout');
    assert.equal(out.status, 204);
    assert.equal(out.text, '');
    assertError(await person.call('GET', '/agents'), 401, 'UNAUTHORIZED');
    const body = { refresh_token: person.refreshToken };
    assertError(await test.request('POST', '/api/v1/auth/refresh', { body }), 401, 'UNAUTHORIZED');
  });

  it('a set-up link sets a password once, and signs in', async () => {
    const made = await test.owner.call('POST', '/users', { email: 'new@example.com', role: 'editor' });
    assert.equal(made.status, 201);
    assert.match(made.field('setup_url'), new RegExp(`^${test.url}/setup\\?token=setup_`));
    const setup = (password: string) =>
      test.request('POST', '/api/v1/auth/setup', { body: { token: made.field('setup_token'), password } });
    assertInvalid(await setup('short'), 'password');
    assertInvalid(await setup('password123'), 'password');
    const done = await setup(PASSWORD);
    assert.equal(done.status, 200, done.text);
    const me = await test.request('GET', '/api/v1/auth/me', { token: done.field('access_token') });
    assert.equal(me.field('email'), 'new@example.com');
    assert.equal((await setup('another passphrase')).status, 400);
    assert.equal((await login('new@example.com', PASSWORD)).status, 200);
  });

  it("changing one's password ends the other sessions and keeps this one", async () => {
    const here = await test.addPerson(test.owner, 'viewer');
    const elsewhere = await test.login(here.email);
    const change = (current_password: string, new_password: string) =>
      here.call('PUT', '/auth/password', { current_password, new_password });
    const wrong = await change('not the password', 'a better passphrase');
    assertError(wrong, 401, 'UNAUTHORIZED');
    assert.equal(wrong.field('error.details.field'), 'current_password');
    assertInvalid(await change(PASSWORD, 'short'), 'new_password');
    assert.equal((await change(PASSWORD, 'a better passphrase')).status, 204);
    assert.equal((await here.call('GET', '/agents')).status, 200);
    assertError(await elsewhere.call('GET', '/agents'), 401, 'UNAUTHORIZED');
    assert.equal((await login(here.email, PASSWORD)).status, 401);
    assert.equal((await login(here.email, 'a better passphrase')).status, 200);
  });

  it('a person sees where they are signed in, and signs out one session or all others', async () => {
    const here = await test.addPerson(test.owner, 'viewer');
    const [phone, laptop] = [await test.login(here.email), await test.login(here.email)];
    const list = async () => (await here.call('GET', '/auth/sessions')).body;
    const before = await list();
    assert.deepEqual([at(before, 'sessions.length'), at(before, 'total'), at(before, 'page')], [3, 3, 1]);
    const second = (await here.call('GET', '/auth/sessions?page=2&limit=2')).body;
    assert.partialDeepStrictEqual(second, { total: 3, page: 2 });
    assert.deepEqual(at(second, 'sessions'), [at(before, 'sessions.2')]);
    assert.deepEqual(at((await here.call('GET', '/auth/sessions?page=2')).body, 'sessions'), []);
    assert.partialDeepStrictEqual(at(before, 'sessions.2'), { is_current: true, ip: '127.0.0.1' });
    assert.ok(String(at(before, 'sessions.0.user_agent')).length > 0);
    const stranger = await test.addPerson(test.owner, 'owner');
    const path = `/auth/sessions/${String(at(before, 'sessions.1.id'))}`;
    assertError(await stranger.call('DELETE', path), 404, 'NOT_FOUND');
    assert.equal((await here.call('DELETE', path)).status, 204);
    assertError(await phone.call('GET', '/agents'), 401, 'UNAUTHORIZED');
    assertError(await here.call('DELETE', path), 404, 'NOT_FOUND');
    assert.equal((await laptop.call('GET', '/agents')).status, 200);
    assert.equal((await here.call('DELETE', '/auth/sessions')).status, 204);
    assertError(await laptop.call('GET', '/agents'), 401, 'UNAUTHORIZED');
    assert.equal(at(await list(), 'sessions.length'), 1);
    assert.equal((await stranger.call('GET', '/agents')).status, 200);
  });
});
