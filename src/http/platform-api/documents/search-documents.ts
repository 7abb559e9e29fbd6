import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import { findAgent } from '../agents/find-agent.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { AgentParams, SearchBody, SearchReply, toResult } from './schema.ts';

export function searchDocuments(app: App, deps: Pick<PlatformApiDeps, 'agents' | 'knowledge'>): void {
  app.route({
    method: 'POST',
    url: '/agents/:id/search',
    config: { role: 'viewer', duringMaintenance: true, find: findAgent(deps) },
    schema: {
      summary: "Search an agent's documents as its model does",
      tags: ['Documents'],
      params: AgentParams,
      body: SearchBody,
      response: { 200: SearchReply },
    },
    handler: async (request) => {
      const { accountId } = requireUser(request);
      const { query, limit } = request.body;
      const passages = await deps.knowledge.search(accountId, request.params.id, query, limit);
      return { results: passages.map(toResult) };
    },
  });
}
