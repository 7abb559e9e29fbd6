import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at, PASSWORD, startTestApp, type TestApp } from '../../src/testing/test-app.ts';
import { assertError, assertInvalid } from './replies.ts';

describe('users', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  it('one with a password can sign in at once, and no reply holds a password or its hash', async () => {
    const made = await test.owner.call('POST', '/users', {
      email: 'Grace@Example.com',
      name: 'Grace',
      role: 'editor',
      password: PASSWORD,
    });
    assert.equal(made.status, 201);
    assert.partialDeepStrictEqual(made.body, {
      email: 'grace@example.com',
      name: 'Grace',
      role: 'editor',
      is_operator: false,
      has_password: true,
      setup_token: null,
      setup_url: null,
    });
    const grace = await test.login('grace@example.com');
    assert.equal(grace.accountId, test.owner.accountId);
    const list = await test.owner.call('GET', '/users');
    assert.doesNotMatch(made.text + list.text, new RegExp(`${PASSWORD}|argon|hash`));
  });

  it('a wrong field is named, an email in use is a conflict', async () => {
    const post = (fields: object) =>
      test.owner.call('POST', '/users', { email: 'x@example.com', role: 'viewer', ...fields });
    assertInvalid(await post({ email: 'not an email' }), 'email');
    assertInvalid(await post({ role: 'king' }), 'role');
    assertInvalid(await post({ password: 'short' }), 'password');
    assertInvalid(await post({ password: 'passwordpassword' }), 'password');
    assertInvalid(await post({ is_operator: true }), 'is_operator');
    assertError(await post({ email: test.owner.email }), 409, 'CONFLICT');
    const stranger = await test.addAccount();
    assertError(await post({ email: stranger.email }), 409, 'CONFLICT');
  });

  it('a changed role counts from the next request on', async () => {
    const person = await test.addPerson(test.owner, 'viewer');
    const make = () => person.call('POST', '/agents', { name: 'x', model: 'sandbox' });
    assertError(await make(), 403, 'FORBIDDEN');
    const changed = await test.owner.call('PATCH', `/users/${person.userId}`, { role: 'editor', name: 'Ed' });
    assert.partialDeepStrictEqual(changed.body, { role: 'editor', name: 'Ed' });
    assert.equal((await make()).status, 201);
  });

  it('an admin neither makes nor changes nor removes an owner', async () => {
    const admin = await test.addPerson(test.owner, 'admin');
    const other = await test.addPerson(test.owner, 'owner');
    assertError(
      await admin.call('POST', '/users', { email: 'q@example.com', role: 'owner' }),
      403,
      'FORBIDDEN',
    );
    assertError(await admin.call('PATCH', `/users/${admin.userId}`, { role: 'owner' }), 403, 'FORBIDDEN');
    assertError(await admin.call('PATCH', `/users/${other.userId}`, { role: 'viewer' }), 403, 'FORBIDDEN');
    assertError(await admin.call('DELETE', `/users/${other.userId}`), 403, 'FORBIDDEN');
    assertError(await admin.call('POST', `/users/${other.userId}/setup-link`), 403, 'FORBIDDEN');
    assert.equal((await other.call('GET', '/auth/me')).field('role'), 'owner');
  });

  it('a removed person is signed out at once', async () => {
    const person = await test.addPerson(test.owner, 'viewer');
    assert.equal((await test.owner.call('DELETE', `/users/${person.userId}`)).status, 204);
    assertError(await person.call('GET', '/agents'), 401, 'UNAUTHORIZED');
    assertError(await test.owner.call('GET', `/users/${person.userId}`), 404, 'NOT_FOUND');
  });

  it('an account keeps its last owner, and the server its operator', async () => {
    const lonely = await test.addAccount();
    assertError(await lonely.call('PATCH', `/users/${lonely.userId}`, { role: 'viewer' }), 409, 'CONFLICT');
    assertError(await lonely.call('DELETE', `/users/${lonely.userId}`), 409, 'CONFLICT');
    await test.addPerson(test.owner, 'owner');
    assertError(await test.owner.call('DELETE', `/users/${test.owner.userId}`), 409, 'CONFLICT');
    assert.equal((await test.owner.call('GET', '/auth/me')).status, 200);
  });

  it('a new set-up link makes the older ones void', async () => {
    const made = await test.owner.call('POST', '/users', { email: 'late@example.com', role: 'viewer' });
    const again = await test.owner.call('POST', `/users/${made.field('id')}/setup-link`);
    assert.equal(again.status, 201);
    assert.ok(Date.parse(again.field('expires_at')) > Date.now());
    const use = (token: string) =>
      test.request('POST', '/api/v1/auth/setup', { body: { token, password: PASSWORD } });
    assert.equal((await use(made.field('setup_token'))).status, 400);
    assert.equal((await use(again.field('setup_token'))).status, 200);
    const user = await test.owner.call('GET', `/users/${made.field('id')}`);
    assert.equal(at(user.body, 'has_password'), true);
  });
});
