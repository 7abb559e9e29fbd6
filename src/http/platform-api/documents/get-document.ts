import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { findDocument } from './find-document.ts';
import { DocumentParams, DocumentWithText, toDocumentWithText } from './schema.ts';

export function getDocument(app: App, deps: Pick<PlatformApiDeps, 'agents' | 'knowledge'>): void {
  app.route({
    method: 'GET',
    url: '/agents/:id/documents/:document_id',
    config: { role: 'viewer', find: findDocument(deps) },
    schema: {
      summary: 'One document with its text and passages',
      tags: ['Documents'],
      params: DocumentParams,
      response: { 200: DocumentWithText },
    },
    handler: async (request) => {
      const { accountId } = requireUser(request);
      return toDocumentWithText(await deps.knowledge.getDocument(accountId, request.params.document_id));
    },
  });
}
