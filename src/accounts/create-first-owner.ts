import { SYSTEM } from '../audit/index.ts';
import { DatabaseConflict } from '../db/index.ts';
import type { AccountsContext } from './context.ts';
import { prepareAccount } from './create-account.ts';
import { checkNewPassword } from './password-rules.ts';
import { makeSetupLink } from './setup-links.ts';

/** What a wrong value is called: the operator gave it as a setting. */
const SETTINGS = { email: 'MUSTER_OWNER_EMAIL', password: 'MUSTER_OWNER_PASSWORD' };

export interface FirstOwnerInput {
  readonly email: string;
  readonly password?: string | undefined;
  readonly accountName?: string | undefined;
  readonly creditNanoUsd: bigint;
}

/**
 * `created`: this call made the first account. `pending`: it was there, but its owner has no password yet.
 * `ready`: there is nothing to do. `setupToken` is for the one-time link that the operator is shown.
 */
export type FirstOwner =
  | { readonly status: 'ready' }
  | {
      readonly status: 'created' | 'pending';
      readonly accountId: string;
      readonly userId: string;
      readonly email: string;
      readonly setupToken: string | undefined;
    };

/**
 * Sees to it that the server has its first account, whose owner is also the operator. Safe on every start, and by many
 * starters at once. While the owner has no password each call makes a new set-up link, or sets the password when one is
 * given; once there is one it is never touched.
 */
export async function createFirstOwner(
  context: AccountsContext,
  input: FirstOwnerInput,
): Promise<FirstOwner> {
  if (!(await context.store.hasAnyAccount())) {
    const created = await tryCreate(context, input);
    if (created) return created;
  }
  const owner = await context.store.findOperator();
  if (!owner || owner.hasPassword) return { status: 'ready' };
  const { accountId, id: userId, email } = owner;
  const now = context.clock.now();
  if (input.password !== undefined) {
    checkNewPassword(input.password, email, SETTINGS.password);
    const passwordHash = await context.passwords.hash(input.password);
    await context.db.write([context.store.updateUser(accountId, userId, { passwordHash, setup: null }, now)]);
    return { status: 'ready' };
  }
  const setup = makeSetupLink(context);
  await context.db.write([context.store.updateUser(accountId, userId, { setup }, now)]);
  return { status: 'pending', accountId, userId, email, setupToken: setup.token };
}

/** Undefined when another starter was first. */
async function tryCreate(context: AccountsContext, input: FirstOwnerInput): Promise<FirstOwner | undefined> {
  const { store } = context;
  const { account, owner, setupToken } = await prepareAccount(
    context,
    {
      name: input.accountName ?? 'Main',
      ownerEmail: input.email,
      ownerPassword: input.password,
      creditNanoUsd: input.creditNanoUsd,
    },
    { isOperator: true, fields: SETTINGS },
  );
  try {
    const written = await context.db.write([
      ...store.insertAccount(account),
      store.insertUser(owner),
      context.audit.record({
        accountId: account.id,
        action: 'account.created',
        by: SYSTEM,
        object: { type: 'account', id: account.id },
        details: { name: account.name, tier: account.tier, owner: owner.email },
      }),
      store.requireOnlyAccount(account.id),
    ]);
    if (!written.ok) return undefined;
  } catch (error) {
    if (error instanceof DatabaseConflict) return undefined;
    throw error;
  }
  return { status: 'created', accountId: account.id, userId: owner.id, email: owner.email, setupToken };
}
