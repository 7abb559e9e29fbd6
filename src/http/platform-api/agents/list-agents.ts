import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { AgentList, AgentListQuery } from './schema.ts';
import { toAgentEntry } from './to-agent.ts';

type ListDeps = Pick<PlatformApiDeps, 'agents' | 'billing' | 'names'>;

export function listAgents(app: App, { agents, billing, names }: ListDeps): void {
  app.route({
    method: 'GET',
    url: '/agents',
    config: { role: 'viewer' },
    schema: {
      summary: 'List the agents, the newest first',
      description: 'With their caps and what has been spent of them; calls under way are not counted yet.',
      tags: ['Agents'],
      querystring: AgentListQuery,
      response: { 200: AgentList },
    },
    handler: async (request) => {
      const { accountId } = requireUser(request);
      const { page, limit, crew_id, q, capped } = request.query;
      const filters = { crewId: crew_id, search: q, capped };
      const { items, total } = await agents.listAgents(accountId, { page, limit }, filters);
      const [spend, crews] = await Promise.all([
        billing.spentByAgents(
          accountId,
          items.map(({ id }) => id),
        ),
        names(
          accountId,
          items.map(({ crewId }) => crewId ?? null),
        ),
      ]);
      return { agents: items.map((agent) => toAgentEntry(agent, spend.get(agent.id), crews)), total, page };
    },
  });
}
