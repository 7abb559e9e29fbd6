import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFixture, type Fixture, OWNER_EMAIL, OWNER_PASSWORD, rejectsWith } from './accounts.fixture.ts';
import { roleAllows } from './roles.ts';
import { ROLES, type Role, type UserPrincipal } from './types.ts';

const createStaff = async (): Promise<{ fixture: Fixture; staff: Record<Role, UserPrincipal> }> => {
  const fixture = await createFixture();
  const owner = await fixture.owner();
  const add = async (role: Role) => {
    const email = `${role}@example.com`;
    await fixture.accounts.createUser(owner, { email, role, password: OWNER_PASSWORD });
    return fixture.signIn(email);
  };
  const staff = {
    owner,
    admin: await add('admin'),
    editor: await add('editor'),
    viewer: await add('viewer'),
  };
  return { fixture, staff };
};

describe('roles', () => {
  it('allow what is theirs and everything below', () => {
    for (const [has, role] of ROLES.entries()) {
      for (const [needs, needed] of ROLES.entries()) assert.equal(roleAllows(role, needed), has >= needs);
    }
  });
});

describe('users', () => {
  it('are made by admins, and nobody makes somebody above the own role', async () => {
    const { fixture, staff } = await createStaff();
    const { accounts } = fixture;
    const make = (actor: UserPrincipal, role: string) =>
      accounts.createUser(actor, { email: `${actor.role}-made-${role}@example.com`, role, name: ' Bo ' });
    for (const actor of [staff.viewer, staff.editor]) await rejectsWith(make(actor, 'viewer'), 'forbidden');
    await rejectsWith(make(staff.admin, 'owner'), 'forbidden');
    const { user, setupToken } = await make(staff.admin, 'admin');
    assert.equal(user.name, 'Bo');
    assert.match(setupToken ?? '', /^setup_/);
    assert.equal((await make(staff.owner, 'owner')).user.isOperator, false);
    assert.equal((await rejectsWith(make(staff.owner, 'root'), 'validation_error')).details.field, 'role');
  });

  it('have an email that nobody else has, in whatever letters', async () => {
    const { fixture, staff } = await createStaff();
    const make = (email: string, password?: string) =>
      fixture.accounts.createUser(staff.owner, { email, role: 'viewer', password });
    assert.equal((await rejectsWith(make(' EDITOR@Example.com'), 'email_taken')).status, 409);
    for (const email of ['', 'a', '@', 'a@', '@b', 'a b@c', 'a@b@c', `${'a'.repeat(300)}@b`]) {
      assert.equal((await rejectsWith(make(email), 'validation_error')).details.field, 'email', email);
    }
    const weak = await rejectsWith(make('weak@example.com', 'password123'), 'validation_error');
    assert.equal(weak.details.field, 'password');
    assert.match(weak.message, /common/);
  });

  it('can be changed and deleted by admins only up to their own role', async () => {
    const { fixture, staff } = await createStaff();
    const { accounts } = fixture;
    const { viewer, editor, admin, owner } = staff;
    await rejectsWith(accounts.updateUser(editor, viewer.userId, { role: 'editor' }), 'forbidden');
    await rejectsWith(accounts.updateUser(viewer, viewer.userId, { role: 'owner' }), 'forbidden');
    await rejectsWith(accounts.updateUser(admin, admin.userId, { role: 'owner' }), 'forbidden');
    await rejectsWith(accounts.updateUser(admin, owner.userId, { role: 'viewer' }), 'forbidden');
    await rejectsWith(accounts.issueSetupLink(admin, owner.userId), 'forbidden');
    await rejectsWith(accounts.issueSetupLink(editor, viewer.userId), 'forbidden');
    await rejectsWith(accounts.deleteUser(admin, owner.userId), 'forbidden');
    await rejectsWith(accounts.deleteUser(editor, viewer.userId), 'forbidden');
    assert.equal((await accounts.updateUser(viewer, viewer.userId, { name: 'Vi' })).name, 'Vi');
    assert.equal((await accounts.updateUser(admin, viewer.userId, { role: 'editor' })).role, 'editor');
    await accounts.deleteUser(admin, editor.userId);
    await rejectsWith(accounts.getUser(owner.accountId, editor.userId), 'not_found');
  });

  it('always include an owner, however many changes come at once', async () => {
    const { fixture, staff } = await createStaff();
    const { accounts } = fixture;
    const { owner, admin } = staff;
    await rejectsWith(accounts.updateUser(owner, owner.userId, { role: 'admin' }), 'conflict');
    await rejectsWith(accounts.deleteUser(owner, owner.userId), 'conflict');
    await accounts.updateUser(owner, admin.userId, { role: 'owner' });
    const second = await fixture.signIn('admin@example.com');
    const results = await Promise.allSettled([
      accounts.updateUser(owner, owner.userId, { role: 'viewer' }),
      accounts.updateUser(second, second.userId, { role: 'viewer' }),
    ]);
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    const { items } = await accounts.listUsers(owner.accountId, { page: 1, limit: 100 });
    assert.equal(items.filter(({ role }) => role === 'owner').length, 1);
  });

  it('change their own password with the current one, which ends their other sessions', async () => {
    const { fixture } = await createStaff();
    const { accounts } = fixture;
    const here = await accounts.login('editor@example.com', OWNER_PASSWORD, { ip: '192.0.2.1' });
    const there = await accounts.login('editor@example.com', OWNER_PASSWORD, { ip: '192.0.2.1' });
    const editor = await accounts.authenticateToken(here.accessToken);
    await accounts.authenticateToken(there.accessToken);
    await rejectsWith(
      accounts.changePassword(editor, 'wrong-password', 'a-newer-password'),
      'invalid_credentials',
    );
    const weak = await rejectsWith(
      accounts.changePassword(editor, OWNER_PASSWORD, '1234567890'),
      'validation_error',
    );
    assert.equal(weak.details.field, 'new_password');
    await accounts.changePassword(editor, OWNER_PASSWORD, 'a-newer-password');
    await accounts.authenticateToken(here.accessToken);
    await accounts.refresh(here.refreshToken);
    await rejectsWith(accounts.authenticateToken(there.accessToken), 'unauthorized');
    await rejectsWith(accounts.refresh(there.refreshToken), 'unauthorized');
    await fixture.signIn('editor@example.com', 'a-newer-password');
    for (let i = 0; i < 5; i++) {
      await rejectsWith(accounts.changePassword(editor, 'wrong-password', 'x'), 'invalid_credentials');
    }
    await rejectsWith(accounts.changePassword(editor, 'wrong-password', 'x'), 'login_throttled');
  });

  it('cannot be seen, changed or deleted from another account', async () => {
    const { fixture, staff } = await createStaff();
    const { accounts } = fixture;
    await accounts.createAccount({
      name: 'Other',
      ownerEmail: 'eve@example.com',
      ownerPassword: OWNER_PASSWORD,
      creditNanoUsd: 0n,
    });
    const eve = await fixture.signIn('eve@example.com');
    const target = staff.viewer.userId;
    const attempts = [
      accounts.getUser(eve.accountId, target),
      accounts.updateUser(eve, target, { name: 'x' }),
      accounts.deleteUser(eve, target),
      accounts.issueSetupLink(eve, target),
    ];
    await Promise.all(attempts.map((attempt) => rejectsWith(attempt, 'not_found')));
    const { items, total } = await accounts.listUsers(eve.accountId, { page: 1, limit: 20 });
    assert.deepEqual([items.map(({ email }) => email), total], [['eve@example.com'], 1]);
    assert.equal(eve.isOperator, false);
    assert.equal((await fixture.signIn(OWNER_EMAIL)).isOperator, true);
  });
});
