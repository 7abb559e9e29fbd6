import { type Accounts, isSandboxAccount, type UserPrincipal } from '../../../accounts/index.ts';
import type { Balance } from '../../../billing/index.ts';
import { commonErrors, invalid } from '../../../lib/errors.ts';
import { doneOnce } from '../../idempotency.ts';
import { actorOf, requireUser } from '../../principal.ts';
import { readUsd } from '../amounts.ts';
import type { PlatformApiDeps } from '../deps.ts';
import type { CreditChange } from './schema.ts';

/** One person's change; far above any real one, and the balance stays exact as a JSON number. */
const MAX_CREDIT_USD = 1_000_000;

/** Adds credit to an account, or takes some away, in the name of who asks for it. */
export function changeCredit(
  { billing, ids }: Pick<PlatformApiDeps, 'billing' | 'ids'>,
  accountId: string,
  request: Parameters<typeof requireUser>[0] & { body: CreditChange },
): Promise<Balance> {
  const { amount_usd, reason } = request.body;
  if (amount_usd === 0 || Math.abs(amount_usd) > MAX_CREDIT_USD) {
    throw invalid('amount_usd', 'must not be 0, and at most 1,000,000 either way');
  }
  const size = readUsd('amount_usd', Math.abs(amount_usd));
  return billing.adjust({
    id: ids.next('credit_'),
    accountId,
    amountNanoUsd: amount_usd < 0 ? -size : size,
    reason: reason.trim(),
    actor: requireUser(request).userId,
    by: actorOf(request),
    alsoKeep: doneOnce(request),
  });
}

/**
 * Nobody gives themselves credit for which another pays: an account's own owners may where the account is the
 * operator's, and in a sandbox, where credit buys nothing.
 */
export async function checkMayChangeOwnCredit(
  accounts: Pick<Accounts, 'operatorAccountId'>,
  { accountId }: UserPrincipal,
): Promise<void> {
  if (isSandboxAccount(accountId) || (await accounts.operatorAccountId()) === accountId) return;
  throw commonErrors.forbidden(
    'The credit of this account is changed by the operator of the server (POST /api/v1/accounts/{id}/credits). Ask them for it.',
  );
}
