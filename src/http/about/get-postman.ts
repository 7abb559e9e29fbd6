import { Type } from 'typebox';
import type { App } from '../types.ts';
import type { ApiDocuments } from './api-documents.ts';

const Collection = Type.Object(
  { info: Type.Object({ name: Type.String() }, { additionalProperties: true }) },
  { additionalProperties: true },
);

export function getPostman(app: App, { documents }: { readonly documents: ApiDocuments }): void {
  app.route({
    method: 'GET',
    url: '/postman/muster-api-v1.json',
    config: { role: 'public', replies: { 200: { content: { 'application/json': Collection } } } },
    schema: {
      summary: 'This document as a Postman collection',
      description: 'Format 2.1; its requests run green, in their order, against a fresh server.',
      tags: ['About'],
    },
    handler: (_request, reply) =>
      reply.headers({ 'content-type': 'application/json; charset=utf-8' }).send(documents.postman()),
  });
}
