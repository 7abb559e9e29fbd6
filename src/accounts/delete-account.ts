import { commonErrors, invalid } from '../lib/errors.ts';
import { isSameName } from '../lib/is-same-name.ts';
import type { AccountsContext } from './context.ts';
import { type AccountActor, recordBoth } from './create-account.ts';
import { accountNotFound, announceEnd, forgetAccount, getAccount } from './manage-accounts.ts';
import { isSandboxAccount } from './sandbox-id.ts';

/**
 * Deletes an account as far as anybody can tell: from the moment this resolves, and whatever is killed then, nobody gets
 * in, its emails are free, and everything that was open is told to end. What it holds is for app/erase-accounts.ts.
 * Throws not_found, conflict for the account that runs the server, and validation_error unless `confirm` is its name.
 */
export async function deleteAccount(
  context: AccountsContext,
  accountId: string,
  confirm: string,
  by: AccountActor = {},
): Promise<void> {
  if (isSandboxAccount(accountId)) throw accountNotFound(accountId);
  const { store, db, clock } = context;
  const { name } = await getAccount(context, accountId);
  if ((await store.findOperator())?.accountId === accountId) {
    throw commonErrors.conflict(
      'This account runs the server, and without it nobody could manage the others: it cannot be deleted. To be rid of the server with all that it holds, stop it and delete its data folder (MUSTER_HOME), or its database where it has one (DATABASE_URL).',
    );
  }
  if (!isSameName(confirm, name)) throw invalid('confirm', `must be the name of the account, '${name}'`);
  const written = await db.write([
    ...store.closeForGood(accountId, clock.now()),
    ...recordBoth(context, accountId, by, 'account.deleted', { name }),
  ]);
  if (!written.ok) throw accountNotFound(accountId);
  forgetAccount(context, accountId);
  announceEnd(context, accountId, 'deleted');
}
