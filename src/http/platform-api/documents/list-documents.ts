import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import { findAgent } from '../agents/find-agent.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { ListQuery } from '../schemas.ts';
import { AgentParams, DocumentListReply, toDocument } from './schema.ts';

export function listDocuments(app: App, deps: Pick<PlatformApiDeps, 'agents' | 'knowledge'>): void {
  app.route({
    method: 'GET',
    url: '/agents/:id/documents',
    config: { role: 'viewer', find: findAgent(deps) },
    schema: {
      summary: "List an agent's documents, the newest first",
      tags: ['Documents'],
      params: AgentParams,
      querystring: ListQuery,
      response: { 200: DocumentListReply },
    },
    handler: async (request) => {
      const { accountId } = requireUser(request);
      const found = await deps.knowledge.listDocuments(accountId, request.params.id, request.query);
      return { documents: found.documents.map(toDocument), total: found.total, page: found.page };
    },
  });
}
