import { buildDocument } from './build-document.ts';
import type { DocumentedRoute } from './route-docs.ts';

/** The API described by itself, as texts that are ready to be sent. */
export interface ApiDocuments {
  /** The OpenAPI document. */
  openapi(): string;
}

/** Made when they are first asked for: by then every route is known, and most starts never need them. */
export function createApiDocuments(routes: readonly DocumentedRoute[], version: string): ApiDocuments {
  let openapi: string | undefined;
  return {
    openapi: () => {
      openapi ??= JSON.stringify(buildDocument(routes, version));
      return openapi;
    },
  };
}
