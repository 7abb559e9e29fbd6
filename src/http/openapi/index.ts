export { type ApiDocuments, createApiDocuments } from './api-documents.ts';
export { buildDocument } from './build-document.ts';
export { documentsApi } from './documents-api.ts';
export { collectRoutes, type DocumentedReply, type DocumentedRoute } from './route-docs.ts';
export type { ApiDocument, Operation } from './types.ts';
