import { Type } from 'typebox';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { findDocument } from './find-document.ts';
import { DocumentParams } from './schema.ts';

export function deleteDocument(app: App, deps: Pick<PlatformApiDeps, 'agents' | 'knowledge'>): void {
  app.route({
    method: 'DELETE',
    url: '/agents/:id/documents/:document_id',
    config: { role: 'editor', find: findDocument(deps) },
    schema: {
      summary: 'Delete a document',
      description: 'No search finds it from now on.',
      tags: ['Documents'],
      params: DocumentParams,
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      await deps.knowledge.deleteDocument(requireUser(request).accountId, request.params.document_id);
      return reply.code(204).send(null);
    },
  });
}
