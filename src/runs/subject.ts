import type { CallableAgent } from '../agents/index.ts';
import type { Payer, UsageSubject } from '../billing/index.ts';
import type { CallableModel } from './loop/types.ts';
import type { Caller } from './types.ts';

/** Whose row a run has on the bill. */
export function toSubject(
  runId: string,
  { payer, keyId, userId }: Caller,
  agent: Pick<CallableAgent, 'id' | 'version'>,
  model: CallableModel,
): UsageSubject {
  return {
    runId,
    accountId: payer.accountId,
    source: keyId === null ? 'user' : 'key',
    keyId,
    userId,
    agentId: agent.id,
    agentVersion: agent.version,
    model: model.info.id,
  };
}

/** The payer, with the agent that spends. */
export function payerFor(payer: Payer, { id, config }: Pick<CallableAgent, 'id' | 'config'>): Payer {
  const { dailyLimitNanoUsd, monthlyLimitNanoUsd } = config;
  return { ...payer, agent: { id, dailyLimitNanoUsd, monthlyLimitNanoUsd } };
}
