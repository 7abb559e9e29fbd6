import type { Database } from '../db/index.ts';
import { commonErrors, invalid } from '../lib/errors.ts';
import type { Page, PageRequest } from '../lib/page.ts';
import { type AccountsContext, announce } from './context.ts';
import { type AccountActor, recordBoth } from './create-account.ts';
import { checkLimits, checkName, checkTier } from './field-rules.ts';
import { isSandboxAccount, sandboxIdOf } from './sandbox-id.ts';
import type { Account, AccountLimits, AccountPlan } from './types.ts';

export interface AccountUpdate {
  readonly name?: string | undefined;
  readonly tier?: string | undefined;
  /** null: back to those of the tier. */
  readonly limits?: AccountLimits | null | undefined;
  readonly status?: string | undefined;
}

/** All accounts of the server; for its operator only. */
export async function listAccounts(context: AccountsContext, request: PageRequest): Promise<Page<Account>> {
  return { ...(await context.store.listAccounts(request)), page: request.page };
}

export async function getAccount(
  context: AccountsContext,
  accountId: string,
  from?: Pick<Database, 'scan'>,
): Promise<Account> {
  const account = await context.store.findAccount(accountId, from);
  if (!account) throw accountNotFound(accountId);
  return account;
}

/** Changes an account; in force at once. Suspending it ends everything that is open under its keys and sessions. */
export async function updateAccount(
  context: AccountsContext,
  accountId: string,
  update: AccountUpdate,
  by: AccountActor = {},
): Promise<Account> {
  // A sandbox follows its account.
  if (isSandboxAccount(accountId)) throw accountNotFound(accountId);
  const { name, tier, limits } = update;
  const status = update.status === undefined ? undefined : checkStatus(update.status);
  if (status === 'suspended' && (await context.store.findOperator())?.accountId === accountId) {
    throw commonErrors.conflict("The operator's own account cannot be suspended: nobody could undo it.");
  }
  const change = {
    ...(name !== undefined && { name: checkName('name', name) }),
    ...(tier !== undefined && { tier: checkTier('tier', tier) }),
    ...(limits !== undefined && { limits: limits && checkLimits(limits) }),
    ...(status !== undefined && { status }),
  };
  if (Object.keys(change).length > 0) {
    const { limits: limited, ...without } = change;
    const written = await context.db.write([
      ...context.store.updateAccount(accountId, change),
      ...recordBoth(context, accountId, by, 'account.updated', {
        ...without,
        ...(limited !== undefined && { limits: limited && { ...limited } }),
      }),
    ]);
    if (!written.ok) throw accountNotFound(accountId);
    forgetAccount(context, accountId);
    if (status === 'suspended') announceEnd(context, accountId, 'suspended');
  }
  return getAccount(context, accountId);
}

/** What is remembered of an account, and of its sandbox, is read again. */
export function forgetAccount(context: AccountsContext, accountId: string): void {
  for (const id of [accountId, sandboxIdOf(accountId)]) {
    context.planCache.drop((plan) => plan.accountId === id);
    context.keyCache.drop(({ principal }) => principal.accountId === id);
    context.sessionCache.drop(({ principal }) => principal.accountId === id);
  }
}

/** Ends all that is open of an account and of its sandbox, here and in other processes. */
export function announceEnd(context: AccountsContext, accountId: string, why: 'deleted' | 'suspended'): void {
  for (const id of [accountId, sandboxIdOf(accountId)]) {
    announce(context, { kind: 'account', accountId: id, why });
  }
}

/** What the account's request limits follow from; at most a second old. */
export async function findPlan(context: AccountsContext, accountId: string): Promise<AccountPlan> {
  const plan = await context.planCache.getOrRead(accountId, async () => {
    const found = await context.store.findPlan(accountId);
    return found && { ...found, accountId };
  });
  if (!plan) throw accountNotFound(accountId);
  return plan;
}

function checkStatus(status: string): Account['status'] {
  if (status === 'active' || status === 'suspended') return status;
  throw invalid('status', 'must be one of active, suspended');
}

export function accountNotFound(accountId: string) {
  return commonErrors.not_found(`There is no account '${accountId}'.`);
}
