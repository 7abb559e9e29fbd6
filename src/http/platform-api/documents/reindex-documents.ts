import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import { findAgent } from '../agents/find-agent.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { AgentParams, ReindexReply } from './schema.ts';

export function reindexDocuments(app: App, deps: Pick<PlatformApiDeps, 'agents' | 'knowledge'>): void {
  app.route({
    method: 'POST',
    url: '/agents/:id/documents/reindex',
    config: { role: 'editor', find: findAgent(deps) },
    schema: {
      summary: 'Read all documents of an agent again',
      description:
        'After all new ones. Until its turn comes, searches find each as it was. What failed is tried again.',
      tags: ['Documents'],
      params: AgentParams,
      response: { 202: ReindexReply },
    },
    handler: async (request, reply) => {
      const { accountId } = requireUser(request);
      const count = await deps.knowledge.reindexAgentDocuments(accountId, request.params.id);
      return reply.code(202).send({ count });
    },
  });
}
