import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { findDocument } from './find-document.ts';
import { Document, DocumentParams, toDocument } from './schema.ts';

export function reindexDocument(app: App, deps: Pick<PlatformApiDeps, 'agents' | 'knowledge'>): void {
  app.route({
    method: 'POST',
    url: '/agents/:id/documents/:document_id/reindex',
    config: { role: 'editor', find: findDocument(deps) },
    schema: {
      summary: 'Read a document again',
      description:
        'From the file that is kept: a document that an earlier version of Muster read gets the text that this one makes of it. Until its turn comes, searches find it as it was.',
      tags: ['Documents'],
      params: DocumentParams,
      response: { 202: Document },
    },
    handler: async (request, reply) => {
      const { accountId } = requireUser(request);
      const document = await deps.knowledge.reindexDocument(accountId, request.params.document_id);
      return reply.code(202).send(toDocument(document));
    },
  });
}
