import type { Static } from 'typebox';
import type { Agent, AgentStatus } from '../../../agents/index.ts';
import { toCaps } from '../caps.ts';
import type { PlatformApiDeps } from '../deps.ts';
import type { AgentDetails } from './schema.ts';
import { toAgent } from './to-agent.ts';

export type DescribeDeps = Pick<PlatformApiDeps, 'billing' | 'names'>;

/** All of one agent, with what the list of agents tells of it: its crew's name and what is spent of its caps. */
export async function describeAgent(
  { billing, names }: DescribeDeps,
  accountId: string,
  agent: Agent & { readonly status: AgentStatus },
): Promise<Static<typeof AgentDetails>> {
  const crewId = agent.crewId ?? null;
  const [spend, crews] = await Promise.all([
    billing.spentByAgents(accountId, [agent.id]),
    names(accountId, [crewId]),
  ]);
  return {
    ...toAgent(agent),
    ...toCaps(agent, spend.get(agent.id)),
    crew_name: crews.get(crewId ?? '') ?? null,
  };
}
