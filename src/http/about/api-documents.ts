import { type ApiDocument, buildDocument, type DocumentedRoute } from '../openapi/index.ts';
import { buildCollection } from '../postman/index.ts';

/** The API described by itself, as texts that are ready to be sent. */
export interface ApiDocuments {
  /** The OpenAPI document. */
  openapi(): string;
  /** A Postman collection of it. */
  postman(): string;
}

/** Made when they are first asked for: by then every route is known, and most starts never need them. */
export function createApiDocuments(routes: readonly DocumentedRoute[], version: string): ApiDocuments {
  const document = once((): ApiDocument => buildDocument(routes, version));
  return {
    openapi: once(() => JSON.stringify(document())),
    postman: once(() => JSON.stringify(buildCollection(document()))),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
