import { type Actor, SYSTEM } from '../audit/index.ts';
import type { Statement } from '../db/index.ts';
import type { JsonObject } from '../lib/json.ts';
import type { NewAccount } from './account-store.ts';
import type { AccountsContext } from './context.ts';
import { asEmailConflict, prepareUser, toUser } from './create-user.ts';
import { checkAmount, checkLimits, checkName, checkTier } from './field-rules.ts';
import type { Account, AccountLimits, User } from './types.ts';
import type { NewUser } from './user-store.ts';

export interface AccountInput {
  readonly name: string;
  readonly ownerEmail: string;
  /** Without one the owner sets it by the set-up link. */
  readonly ownerPassword?: string | undefined;
  /** Default: enterprise, which has no request limits. */
  readonly tier?: string | undefined;
  readonly limits?: AccountLimits | undefined;
  readonly creditNanoUsd: bigint;
  /** The user id of the operator. */
  readonly createdBy?: string | undefined;
}

export interface CreatedAccount {
  readonly account: Account;
  readonly owner: User;
  readonly setupToken: string | undefined;
}

/** Makes an account with its owner and its starting credit, all or nothing. */
export async function createAccount(
  context: AccountsContext,
  input: AccountInput,
  by: AccountActor = {},
): Promise<CreatedAccount> {
  const prepared = await prepareAccount(context, input, {
    isOperator: false,
    fields: { email: 'owner_email', password: 'owner_password' },
  });
  const { account, owner, setupToken } = prepared;
  const { store } = context;
  const lines = recordBoth(context, account.id, by, 'account.created', {
    name: account.name,
    tier: account.tier,
    owner: owner.email,
    creditNanoUsd: String(account.creditNanoUsd),
  });
  const statements = [...store.insertAccount(account), store.insertUser(owner), ...lines];
  await asEmailConflict(() => context.db.write(statements), 'owner_email');
  return { account: toAccount(account), owner: toUser(owner), setupToken };
}

/** The operator who acts on another's account, and the account that is the operator's own. */
export interface AccountActor {
  readonly by?: Actor;
  readonly ofAccountId?: string;
}

/** A line in the log of the account that it is done to, and one in that of the account that does it. */
export function recordBoth(
  { audit }: AccountsContext,
  accountId: string,
  { by = SYSTEM, ofAccountId = accountId }: AccountActor,
  action: 'account.created' | 'account.updated' | 'account.deleted',
  details: JsonObject,
): Statement[] {
  return [...new Set([accountId, ofAccountId])].map((log) =>
    audit.record({ accountId: log, action, by, object: { type: 'account', id: accountId }, details }),
  );
}

export async function prepareAccount(
  context: AccountsContext,
  input: AccountInput,
  options: { isOperator: boolean; fields: { email: string; password: string } },
): Promise<{ account: NewAccount; owner: NewUser; setupToken: string | undefined }> {
  const account: NewAccount = {
    id: context.ids.next('acct_'),
    name: checkName('name', input.name),
    tier: checkTier('tier', input.tier ?? 'enterprise'),
    limits: input.limits && checkLimits(input.limits),
    creditNanoUsd: checkAmount('credit_usd', input.creditNanoUsd),
    actor: input.createdBy ?? null,
    createdAt: context.clock.now(),
  };
  const { user, setupToken } = await prepareUser(
    context,
    {
      accountId: account.id,
      email: input.ownerEmail,
      password: input.ownerPassword,
      role: 'owner',
      isOperator: options.isOperator,
    },
    options.fields,
  );
  return { account, owner: user, setupToken };
}

function toAccount(account: NewAccount): Account {
  const { id, name, tier, limits, creditNanoUsd, createdAt } = account;
  return {
    id,
    name,
    tier,
    limits,
    status: 'active',
    balanceNanoUsd: creditNanoUsd,
    heldNanoUsd: 0n,
    createdAt,
  };
}
