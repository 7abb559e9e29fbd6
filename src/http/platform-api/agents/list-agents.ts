import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { AgentList, AgentListQuery } from './schema.ts';
import { toAgentEntry } from './to-agent.ts';

export function listAgents(app: App, { agents }: Pick<PlatformApiDeps, 'agents'>): void {
  app.route({
    method: 'GET',
    url: '/agents',
    config: { role: 'viewer' },
    schema: {
      summary: 'List the agents, the newest first',
      tags: ['Agents'],
      querystring: AgentListQuery,
      response: { 200: AgentList },
    },
    handler: async (request) => {
      const { page, limit, crew_id, q } = request.query;
      const filters = { crewId: crew_id, search: q };
      const found = await agents.listAgents(requireUser(request).accountId, { page, limit }, filters);
      return { agents: found.items.map(toAgentEntry), total: found.total, page };
    },
  });
}
