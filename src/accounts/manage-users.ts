import type { Actor } from '../audit/index.ts';
import { commonErrors } from '../lib/errors.ts';
import type { Page, PageRequest } from '../lib/page.ts';
import { toActor } from './actor.ts';
import type { AccountsContext } from './context.ts';
import { accountErrors } from './errors.ts';
import { checkName, checkRole } from './field-rules.ts';
import { checkNewPassword } from './password-rules.ts';
import { requireRole } from './roles.ts';
import { writeEndingSessions } from './session-life.ts';
import { makeSetupLink } from './setup-links.ts';
import type { User, UserPrincipal } from './types.ts';

export async function listUsers(
  context: AccountsContext,
  accountId: string,
  request: PageRequest,
): Promise<Page<User>> {
  return { ...(await context.store.listUsers(accountId, request)), page: request.page };
}

export async function getUser(context: AccountsContext, accountId: string, userId: string): Promise<User> {
  const found = await context.store.findUser(accountId, userId);
  if (!found) throw userNotFound(userId);
  const { passwordHash: _, ...user } = found;
  return user;
}

/** Changes name or role; in force at once. Nobody is raised above the actor, and an account keeps an owner. */
export async function updateUser(
  context: AccountsContext,
  actor: UserPrincipal,
  userId: string,
  update: { name?: string | undefined; role?: string | undefined },
  by: Actor = toActor(actor),
): Promise<User> {
  const user = await getUser(context, actor.accountId, userId);
  const name = update.name === undefined ? undefined : checkName('name', update.name);
  const role = update.role === undefined ? undefined : checkRole('role', update.role);
  if (userId !== actor.userId || (role !== undefined && role !== user.role)) {
    requireRole(actor, 'admin', 'change users');
    requireRole(actor, user.role, `change a user who is ${user.role}`);
    if (role !== undefined) requireRole(actor, role, `make somebody ${role}`);
  }
  const { store, clock } = context;
  const change = { ...(name !== undefined && { name }), ...(role !== undefined && { role }) };
  const written = await context.db.write([
    store.updateUser(actor.accountId, userId, change, clock.now()),
    context.audit.record({
      accountId: actor.accountId,
      action: 'user.updated',
      by,
      object: { type: 'user', id: userId },
      details: { ...change, ...(role !== undefined && role !== user.role && { formerRole: user.role }) },
    }),
    store.requireOwner(actor.accountId),
  ]);
  if (!written.ok) throw await refusal(context, actor.accountId, userId);
  context.sessionCache.drop(({ principal }) => principal.userId === userId);
  return getUser(context, actor.accountId, userId);
}

/** Removes a person with all sessions, at once. */
export async function deleteUser(
  context: AccountsContext,
  actor: UserPrincipal,
  userId: string,
  by: Actor = toActor(actor),
): Promise<void> {
  const user = await getUser(context, actor.accountId, userId);
  requireRole(actor, 'admin', 'delete users');
  requireRole(actor, user.role, `delete a user who is ${user.role}`);
  if (user.isOperator) {
    throw commonErrors.conflict('The operator of the server cannot be deleted: nobody else could manage it.');
  }
  const { store } = context;
  const deleted = await writeEndingSessions(context, user, [
    store.deleteUser(actor.accountId, userId),
    context.audit.record({
      accountId: actor.accountId,
      action: 'user.deleted',
      by,
      object: { type: 'user', id: userId },
      details: { email: user.email, role: user.role },
    }),
    store.requireOwner(actor.accountId),
  ]);
  if (!deleted) throw await refusal(context, actor.accountId, userId);
}

/** A new one-time link for a user of the actor's account, for a first or a forgotten password. Older links are void. */
export async function issueSetupLink(
  context: AccountsContext,
  actor: UserPrincipal,
  userId: string,
  by: Actor = toActor(actor),
): Promise<{ readonly setupToken: string; readonly expiresAt: number }> {
  const user = await getUser(context, actor.accountId, userId);
  requireRole(actor, 'admin', 'make set-up links');
  requireRole(actor, user.role, `make a set-up link for a user who is ${user.role}`);
  const setup = makeSetupLink(context);
  const written = await context.db.write([
    context.store.updateUser(actor.accountId, userId, { setup }, context.clock.now()),
    context.audit.record({
      accountId: actor.accountId,
      action: 'user.setup-link-issued',
      by,
      object: { type: 'user', id: userId },
    }),
  ]);
  if (!written.ok) throw userNotFound(userId);
  return { setupToken: setup.token, expiresAt: setup.expiresAt };
}

/** Sets the actor's own password and ends the actor's other sessions. */
export async function changePassword(
  context: AccountsContext,
  actor: UserPrincipal,
  current: string,
  next: string,
  by: Actor = toActor(actor),
): Promise<void> {
  if (actor.homeAccountId !== actor.accountId) {
    throw commonErrors.forbidden(
      'A password is changed outside of the sandbox, with an access token of the account.',
    );
  }
  const key = `password ${actor.userId}`;
  const waitMs = context.throttles.pair.waitMs(key);
  if (waitMs > 0)
    throw accountErrors.login_throttled('Too many wrong passwords. Wait a little.', { retryAfterMs: waitMs });
  const found = await context.store.findUser(actor.accountId, actor.userId);
  if (!(await context.passwords.verify(found?.passwordHash, current))) {
    context.throttles.pair.fail(key);
    throw accountErrors.invalid_credentials('The current password is wrong.', { field: 'current_password' });
  }
  context.throttles.pair.succeed(key);
  checkNewPassword(next, actor.email, 'new_password');
  const passwordHash = await context.passwords.hash(next);
  const user = { accountId: actor.accountId, id: actor.userId };
  const statement = context.store.updateUser(
    user.accountId,
    user.id,
    { passwordHash, setup: null },
    context.clock.now(),
  );
  const line = context.audit.record({
    accountId: user.accountId,
    action: 'password.changed',
    by,
    object: { type: 'user', id: user.id },
  });
  const changed = await writeEndingSessions(context, user, [statement, line], actor.sessionId);
  if (!changed) throw userNotFound(actor.userId);
}

async function refusal(context: AccountsContext, accountId: string, userId: string) {
  if (!(await context.store.findUser(accountId, userId))) return userNotFound(userId);
  return commonErrors.conflict('An account needs an owner who can sign in: make somebody else owner first.');
}

function userNotFound(userId: string) {
  return commonErrors.not_found(`There is no user '${userId}'.`);
}
