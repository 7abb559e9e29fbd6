import { Type } from 'typebox';
import type { App } from '../types.ts';
import type { ApiDocuments } from './api-documents.ts';

const OpenApi = Type.Object({ openapi: Type.Literal('3.1.0') }, { additionalProperties: true });

export function getOpenApi(app: App, { documents }: { readonly documents: ApiDocuments }): void {
  app.route({
    method: 'GET',
    url: '/openapi.json',
    config: {
      role: 'public',
      replies: { 200: { content: { 'application/json': OpenApi } } },
    },
    schema: {
      summary: 'This document',
      description: "OpenAPI 3.1, made from the routes' own schemas.",
      tags: ['About'],
    },
    handler: (_request, reply) =>
      reply
        .headers({ 'content-type': 'application/json; charset=utf-8', 'access-control-allow-origin': '*' })
        .send(documents.openapi()),
  });
}
