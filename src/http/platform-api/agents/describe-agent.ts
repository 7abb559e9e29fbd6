import type { Static } from 'typebox';
import type { Agent, AgentStatus } from '../../../agents/index.ts';
import type { MusterError } from '../../../lib/errors.ts';
import { toCaps } from '../caps.ts';
import type { PlatformApiDeps } from '../deps.ts';
import type { AgentDetails } from './schema.ts';
import { toAgent } from './to-agent.ts';

export type DescribeDeps = Pick<PlatformApiDeps, 'billing' | 'names' | 'providers'>;

/**
 * All of one agent, with what the list of agents tells of it, its crew's name and what is spent of its caps, and with what
 * keeps its model from being called.
 */
export async function describeAgent(
  { billing, names, providers }: DescribeDeps,
  accountId: string,
  agent: Agent & { readonly status: AgentStatus },
): Promise<Static<typeof AgentDetails>> {
  const crewId = agent.crewId ?? null;
  const [spend, crews, obstacle] = await Promise.all([
    billing.spentByAgents(accountId, [agent.id]),
    names(accountId, [crewId]),
    providers.whyNotCallable(accountId, agent.model),
  ]);
  return {
    ...toAgent(agent),
    ...toCaps(agent, spend.get(agent.id)),
    crew_name: crews.get(crewId ?? '') ?? null,
    model_error: obstacle ? toModelError(obstacle) : null,
  };
}

function toModelError({ code, message, details }: MusterError) {
  const setting = details.facts?.setting;
  return { code, message, setting: typeof setting === 'string' ? setting : null };
}
