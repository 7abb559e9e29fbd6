import type { AccountsContext } from './context.ts';
import { accountErrors } from './errors.ts';
import { getAccount } from './manage-accounts.ts';
import type { AgentKey, KeyPrincipal } from './types.ts';
import { getKey } from './update-key.ts';

/**
 * The principal of a key by its id, for what the server itself has signed in its name. Throws not_found when it is revoked,
 * and what its holder would be told when it is switched off, expired, or of a suspended account.
 */
export async function authenticateKeyId(
  context: AccountsContext,
  accountId: string,
  keyId: string,
): Promise<KeyPrincipal & Pick<AgentKey, 'allowedOrigins'>> {
  const [key, account] = await Promise.all([
    getKey(context, accountId, keyId),
    getAccount(context, accountId),
  ]);
  if (key.expiresAt !== undefined && key.expiresAt <= context.clock.now())
    throw accountErrors.api_key_expired('The agent key behind this has expired.');
  if (key.disabled) throw accountErrors.api_key_disabled('The agent key behind this is switched off.');
  if (account.status !== 'active') throw accountErrors.account_suspended('The account was suspended.');
  const { requestsPerMinute, requestsPerHour, agentIds, dailyLimitNanoUsd, monthlyLimitNanoUsd } = key;
  const bounded = requestsPerMinute !== undefined || requestsPerHour !== undefined;
  return {
    kind: 'key',
    accountId,
    keyId,
    keyName: key.name,
    agentIds,
    dailyLimitNanoUsd,
    monthlyLimitNanoUsd,
    allowedOrigins: key.allowedOrigins,
    expiresAt: key.expiresAt ?? Number.POSITIVE_INFINITY,
    requestLimits: bounded
      ? {
          ...(requestsPerMinute !== undefined && { requestsPerMinute }),
          ...(requestsPerHour !== undefined && { requestsPerHour }),
        }
      : undefined,
  };
}
