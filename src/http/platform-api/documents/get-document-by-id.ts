import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { FindObject } from '../access.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { DocumentWithText, toDocumentWithText } from './schema.ts';

/** Where the address of a citation leads: it names the document and not its agent. */
export function getDocumentById(app: App, { knowledge }: Pick<PlatformApiDeps, 'knowledge'>): void {
  const find: FindObject = ({ accountId }, { id = '' }) => knowledge.getDocument(accountId, id);
  app.route({
    method: 'GET',
    url: '/documents/:id',
    config: { role: 'viewer', find },
    schema: {
      summary: 'One document by its id alone',
      description: 'What a citation links to.',
      tags: ['Documents'],
      params: IdParams,
      response: { 200: DocumentWithText },
    },
    handler: async (request) =>
      toDocumentWithText(await knowledge.getDocument(requireUser(request).accountId, request.params.id)),
  });
}
