import type { Actor } from '../audit/index.ts';
import { DatabaseConflict } from '../db/index.ts';
import { toActor } from './actor.ts';
import type { AccountsContext } from './context.ts';
import { accountErrors, accountGone } from './errors.ts';
import { checkEmail, checkRole } from './field-rules.ts';
import { checkNewPassword } from './password-rules.ts';
import { requireRole } from './roles.ts';
import { makeSetupLink } from './setup-links.ts';
import type { User, UserPrincipal } from './types.ts';
import type { NewUser } from './user-store.ts';

export interface UserInput {
  readonly email: string;
  readonly role: string;
  readonly name?: string | undefined;
  /** Without one the user sets it by the set-up link. */
  readonly password?: string | undefined;
}

export interface CreatedUser {
  readonly user: User;
  /** For the one-time link, when no password was given; shown this once. */
  readonly setupToken: string | undefined;
}

/** Adds a person to the actor's account. An admin may not make an owner. */
export async function createUser(
  context: AccountsContext,
  actor: UserPrincipal,
  input: UserInput,
  by: Actor = toActor(actor),
): Promise<CreatedUser> {
  requireRole(actor, 'admin', 'add users');
  const role = checkRole('role', input.role);
  requireRole(actor, role, `make somebody ${role}`);
  const { user, setupToken } = await prepareUser(context, { ...input, accountId: actor.accountId, role }, {});
  const line = context.audit.record({
    accountId: actor.accountId,
    action: 'user.created',
    by,
    object: { type: 'user', id: user.id },
    details: { email: user.email, role },
  });
  const { store } = context;
  const statements = [store.requireOpen(actor.accountId), store.insertUser(user), line];
  const written = await asEmailConflict(() => context.db.write(statements));
  if (!written.ok) throw accountGone();
  return { user: toUser(user), setupToken };
}

/** Checks and hashes; what it returns is ready to be inserted. */
export async function prepareUser(
  context: AccountsContext,
  input: {
    accountId: string;
    email: string;
    role: User['role'];
    name?: string | undefined;
    password?: string | undefined;
    isOperator?: boolean;
  },
  fields: { email?: string; password?: string },
): Promise<{ user: NewUser; setupToken: string | undefined }> {
  const email = checkEmail(fields.email ?? 'email', input.email);
  if (input.password !== undefined) checkNewPassword(input.password, email, fields.password);
  const passwordHash = input.password === undefined ? null : await context.passwords.hash(input.password);
  const setup = passwordHash === null ? makeSetupLink(context) : undefined;
  const user: NewUser = {
    id: context.ids.next('user_'),
    accountId: input.accountId,
    email,
    name: (input.name ?? '').trim().slice(0, 200),
    role: input.role,
    isOperator: input.isOperator ?? false,
    passwordHash,
    setup,
    createdAt: context.clock.now(),
  };
  return { user, setupToken: setup?.token };
}

export function toUser(user: NewUser): User {
  const { id, accountId, email, name, role, isOperator, passwordHash, createdAt } = user;
  const hasPassword = passwordHash !== null;
  return { id, accountId, email, name, role, isOperator, hasPassword, createdAt, updatedAt: createdAt };
}

/** The only unique value that a caller chooses is the email; `field` is what the request calls it. */
export async function asEmailConflict<T>(write: () => Promise<T>, field = 'email'): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof DatabaseConflict)) throw error;
    throw accountErrors.email_taken('A user with this email exists already. Use another email.', {
      field,
    });
  }
}
