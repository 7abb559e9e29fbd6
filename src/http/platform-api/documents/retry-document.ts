import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { findDocument } from './find-document.ts';
import { Document, DocumentParams, toDocument } from './schema.ts';

export function retryDocument(app: App, deps: Pick<PlatformApiDeps, 'agents' | 'knowledge'>): void {
  app.route({
    method: 'POST',
    url: '/agents/:id/documents/:document_id/retry',
    config: { role: 'editor', find: findDocument(deps) },
    schema: {
      summary: 'Read a failed document again',
      tags: ['Documents'],
      params: DocumentParams,
      response: { 202: Document },
    },
    handler: async (request, reply) => {
      const { accountId } = requireUser(request);
      const document = await deps.knowledge.retryDocument(accountId, request.params.document_id);
      return reply.code(202).send(toDocument(document));
    },
  });
}
