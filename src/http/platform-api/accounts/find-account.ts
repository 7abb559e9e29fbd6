import { isSandboxAccount } from '../../../accounts/index.ts';
import { commonErrors } from '../../../lib/errors.ts';
import type { FindObject } from '../access.ts';
import type { PlatformApiDeps } from '../deps.ts';

/** Whether another account exists is the operator's business alone; a sandbox goes with its account. */
export function findAccount(accounts: PlatformApiDeps['accounts']): FindObject {
  return async (user, { id = '' }) => {
    if (isSandboxAccount(id) || (!user.isOperator && id !== user.accountId))
      throw commonErrors.not_found(`There is no account '${id}'.`);
    await accounts.getAccount(id);
  };
}
