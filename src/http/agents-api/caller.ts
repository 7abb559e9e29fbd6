import type { Principal } from '../../accounts/index.ts';
import type { Caller } from '../../runs/index.ts';

/** Who a request is billed to and what it may go on with. */
export function toCaller(principal: Principal): Caller {
  if (principal.kind === 'user') {
    return { payer: { accountId: principal.accountId }, keyId: null, userId: principal.userId };
  }
  const { accountId, keyId, agentIds, dailyLimitNanoUsd, monthlyLimitNanoUsd } = principal;
  return {
    payer: { accountId, key: { id: keyId, dailyLimitNanoUsd, monthlyLimitNanoUsd } },
    keyId,
    userId: null,
    agentIds,
  };
}

/** Whether a key that is limited to some agents may see what this one made; things without an agent are everybody's. */
export function mayUseAgent(principal: Principal, agentId: string): boolean {
  return (
    agentId === '' ||
    principal.kind === 'user' ||
    principal.agentIds === undefined ||
    principal.agentIds.includes(agentId)
  );
}
