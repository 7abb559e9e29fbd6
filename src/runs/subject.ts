import type { CallableAgent } from '../agents/index.ts';
import type { UsageSubject } from '../billing/index.ts';
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
