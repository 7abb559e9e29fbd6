import type { App } from '../types.ts';
import type { ApiDocuments } from './api-documents.ts';
import { docsPage } from './docs-page.ts';
import { getOpenApi } from './get-openapi.ts';
import { getPostman } from './get-postman.ts';

/**
 * What needs no credential, so that people and tools can read the API before they have signed in. At the root, where
 * they look first, and under /api/v1.
 */
export function documentsApi(app: App, deps: { readonly documents: ApiDocuments }): void {
  getOpenApi(app, deps);
  getPostman(app, deps);
  docsPage(app);
}
