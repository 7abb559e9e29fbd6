import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { AgentList, AgentListQuery } from './schema.ts';
import { toAgentEntry } from './to-agent.ts';

export function listAgents(app: App, { agents, billing }: Pick<PlatformApiDeps, 'agents' | 'billing'>): void {
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
      const spend = await billing.spentByAgents(
        accountId,
        items.map(({ id }) => id),
      );
      return { agents: items.map((agent) => toAgentEntry(agent, spend.get(agent.id))), total, page };
    },
  });
}
