export { type ApiDocuments, createApiDocuments } from './api-documents.ts';
export { documentsApi } from './documents-api.ts';
