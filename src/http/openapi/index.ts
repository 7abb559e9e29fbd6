export { buildDocument } from './build-document.ts';
export { EXAMPLES, type Example } from './examples.ts';
export { collectRoutes, type DocumentedReply, type DocumentedRoute } from './route-docs.ts';
export type { ApiDocument, Operation } from './types.ts';
